/**
 * Control plane: models AWS on loopback with one endpoint for all services, for the AWS SDK of the
 * real bundle and of the command line.
 *
 * Most services speak JSON with the action in a header, ElastiCache forms and XML, Lambda paths. An
 * action that is not modelled is an error, never a guess.
 */

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Account } from './account';
import {
  ACCOUNT_SETTINGS,
  accountSettings,
  answerJson,
  answerQuery,
  permit,
  serviceOfQuery,
} from './account-api';
import type { CacheGroup } from './cache-group';
import { answerCloudWatch, type FiringAlarm } from './cloudwatch-api';
import type { DeployedSecret } from './deployed-secret';
import { answerElastiCache } from './elasticache-api';
import { answerLambda, invokedFunction, lambdaStatus } from './lambda-api';
import type { LambdaFunction } from './lambda-process';
import { answerSecretsManager } from './secrets-manager-api';
import { AwsError, type SecretsStore } from './secrets-manager-store';
import { answerSsm } from './ssm-api';
import { element, escapeXml } from './xml';

export interface Call {
  /** Sequence number from 1. */
  readonly index: number;
  readonly action: string;
}

/** Hooks around a call. A hook that never resolves holds the response back. */
export interface CallHooks {
  /** Before the call. An AwsError becomes the response; any other error drops the connection. */
  before?(call: Call): Promise<void>;
  /** After the call has taken effect, before the response. */
  after?(call: Call): Promise<void>;
  /** Whether the response stalls after its first byte. */
  stalls?(call: Call): boolean;
}

/** The only credentials that the control plane accepts. */
export interface IssuedCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The models behind the endpoint. Read at each call: the function starts after the endpoint. */
export interface Served {
  readonly account: Account;
  readonly secrets: SecretsStore;
  readonly group: CacheGroup;
  readonly logins: readonly DeployedSecret[];
  readonly rotation: LambdaFunction;
  readonly functionName: string;
  /** SSM parameters of the deploy, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly firing: readonly FiringAlarm[];
}

/** Calls that ask for the status of a change. */
const POLLS = ['DescribeReplicationGroups', 'DescribeUsers'];

const BODY_BYTES_MAX = 256 * 1024;

export class ControlPlane {
  static async start(served: Served): Promise<ControlPlane> {
    const plane = new ControlPlane(served);
    await new Promise<void>((resolve) => plane.#server.listen(0, '127.0.0.1', resolve));
    return plane;
  }

  readonly credentials: IssuedCredentials = {
    accessKeyId: `REHEARSAL${randomBytes(6).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(20).toString('hex'),
  };
  /** Hooks that tests and drills set, for example to lose calls. */
  hooks: CallHooks = {};
  #calls = 0;
  #polls = 0;
  readonly #served: Served;
  readonly #server: Server;

  private constructor(served: Served) {
    this.#served = served;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  }

  /** Number of calls since the start. */
  get calls(): number {
    return this.#calls;
  }

  /** Number of these calls that polled a group during a change. */
  get polls(): number {
    return this.#polls;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const wanted = wantedBy(request, await read(request));
    this.#calls += 1;
    const call = { index: this.#calls, action: wanted.action };
    const answer = await this.#answer(request, wanted, call);
    await this.hooks.after?.(call);
    response.writeHead(answer.status, {
      'content-type': wanted.protocol === 'query' ? 'text/xml' : 'application/x-amz-json-1.1',
      'x-amzn-requestid': `rehearsal-${call.index}`,
      ...answer.headers,
    });
    if (this.hooks.stalls?.(call)) response.write(answer.body.slice(0, 1));
    else response.end(answer.body);
  }

  async #answer(request: IncomingMessage, wanted: Wanted, call: Call): Promise<Answer> {
    try {
      await this.hooks.before?.(call);
      if (!request.headers.authorization?.includes(`Credential=${this.credentials.accessKeyId}/`)) {
        throw new AwsError('UnrecognizedClientException', 'the request is not signed by this run');
      }
      return { status: 200, ...(await this.#perform(wanted)) };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return refusalOf(error, wanted);
    }
  }

  async #perform({ protocol, service, action, body }: Wanted): Promise<Omit<Answer, 'status'>> {
    const { account, rotation, functionName: name, parameters, firing } = this.#served;
    permit(account, protocol === 'rest' ? 'lambda' : service, action);
    if (protocol === 'query') return { body: this.#query(service, action, body) };
    if (action === 'GetAccountSettings') return { body: accountSettings(account) };
    if (protocol === 'rest') {
      const invoked = await answerLambda(rotation, { wanted: service, name }, body);
      const { functionError } = invoked;
      const headers = functionError ? { 'x-amz-function-error': functionError } : undefined;
      return { body: invoked.body, headers };
    }
    if (service === 'AmazonSSM') return { body: answerSsm(parameters, action, body) };
    if (service === 'GraniteServiceVersion20100801') {
      return { body: answerCloudWatch(firing, action, body) };
    }
    const ofAccount = answerJson(account, service, action, body);
    return { body: ofAccount ?? answerSecretsManager(this.#served, action, body) };
  }

  #query(service: string, action: string, body: string): string {
    const { account, group } = this.#served;
    const input = new URLSearchParams(body);
    if (service !== 'elasticache') return answerQuery(account, service, action, input);
    if (POLLS.includes(action) && group.isModifying) this.#polls += 1;
    return answerElastiCache(group, action, input, account);
  }
}

/** A request in the protocol of its service. */
interface Wanted {
  readonly protocol: 'json' | 'query' | 'rest';
  /** The action in the header; for Lambda the function. */
  readonly service: string;
  readonly action: string;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function wantedBy({ headers, method = '', url = '' }: IncomingMessage, body: string): Wanted {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const [service = '', action = ''] = target.split('.');
    return { protocol: 'json', service, action, body };
  }
  const invoked = invokedFunction(method, url);
  if (invoked !== undefined) {
    return { protocol: 'rest', service: invoked, action: 'Invoke', body };
  }
  if (method === 'GET' && url.startsWith(ACCOUNT_SETTINGS)) {
    return { protocol: 'rest', service: '', action: 'GetAccountSettings', body };
  }
  const action = new URLSearchParams(body).get('Action') ?? '';
  return { protocol: 'query', service: serviceOfQuery(action), action, body };
}

function refusalOf(error: AwsError, { protocol, service }: Wanted): Answer {
  const { name, message } = error;
  if (protocol === 'query') {
    const coded = element('Code', name) + element('Message', escapeXml(message));
    const xml = element('Error', `<Type>Sender</Type>${coded}`);
    // EC2 has a list of them.
    const isList = service === 'ec2';
    const body = isList
      ? element('Response', element('Errors', xml))
      : element('ErrorResponse', xml);
    return { status: 400, body };
  }
  const body = JSON.stringify({ __type: name, Message: message });
  if (protocol === 'json') return { status: 400, body };
  return { status: lambdaStatus(error), body, headers: { 'x-amzn-errortype': name } };
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
