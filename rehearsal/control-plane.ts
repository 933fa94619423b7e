/**
 * Secrets Manager's and ElastiCache's endpoints on loopback, for the AWS SDK of the real bundle.
 *
 * Secrets Manager speaks JSON with the action in a header, ElastiCache forms and XML. An action
 * that is not modelled is an error, never a guess.
 */

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { CacheGroup } from './cache-group';
import { answerElastiCache, escapeXml } from './elasticache-api';
import { answerSecretsManager } from './secrets-manager-api';
import { AwsError, type SecretsStore } from './secrets-store';

export interface Call {
  /** Counts up from 1. */
  readonly index: number;
  readonly action: string;
}

/** What happens around a call. A hook that never ends keeps the answer back. */
export interface CallHooks {
  before?(call: Call): Promise<void>;
  /** After it has happened, before it is answered. */
  after?(call: Call): Promise<void>;
}

/** The only credentials that the control plane takes. */
export interface IssuedCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const BODY_BYTES_MAX = 256 * 1024;

export class ControlPlane {
  static async start(secrets: SecretsStore, group: CacheGroup): Promise<ControlPlane> {
    const plane = new ControlPlane(secrets, group);
    await new Promise<void>((resolve) => plane.#server.listen(0, '127.0.0.1', resolve));
    return plane;
  }

  readonly credentials: IssuedCredentials = {
    accessKeyId: `REHEARSAL${randomBytes(6).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(20).toString('hex'),
  };
  /** Set by whoever wants calls to be lost. */
  hooks: CallHooks = {};
  #calls = 0;
  readonly #secrets: SecretsStore;
  readonly #group: CacheGroup;
  readonly #server: Server;

  private constructor(secrets: SecretsStore, group: CacheGroup) {
    this.#secrets = secrets;
    this.#group = group;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  }

  /** How many calls were made since the start. */
  get calls(): number {
    return this.#calls;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request);
    const target = request.headers['x-amz-target'];
    const isJson = typeof target === 'string';
    const form = new URLSearchParams(isJson ? '' : body);
    const action = isJson ? (target.split('.').at(-1) ?? '') : (form.get('Action') ?? '');
    this.#calls += 1;
    const call = { index: this.#calls, action };
    await this.hooks.before?.(call);
    const answer = this.#answer(request, isJson, action, isJson ? body : form);
    await this.hooks.after?.(call);
    response.writeHead(answer.status, {
      'content-type': isJson ? 'application/x-amz-json-1.1' : 'text/xml',
      'x-amzn-requestid': `rehearsal-${call.index}`,
    });
    response.end(answer.body);
  }

  #answer(
    request: IncomingMessage,
    isJson: boolean,
    action: string,
    input: string | URLSearchParams,
  ): { status: number; body: string } {
    try {
      if (!request.headers.authorization?.includes(`Credential=${this.credentials.accessKeyId}/`)) {
        throw new AwsError('UnrecognizedClientException', 'the request is not signed by this run');
      }
      const body =
        typeof input === 'string'
          ? answerSecretsManager(this.#secrets, action, input)
          : answerElastiCache(this.#group, action, input);
      return { status: 200, body };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { name, message } = error;
      const text = escapeXml(message);
      const xml = `<Type>Sender</Type><Code>${name}</Code><Message>${text}</Message>`;
      const body = isJson
        ? JSON.stringify({ __type: name, Message: message })
        : `<ErrorResponse><Error>${xml}</Error></ErrorResponse>`;
      return { status: 400, body };
    }
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error('a request is longer than any that is modelled');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
