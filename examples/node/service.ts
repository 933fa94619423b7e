/**
 * A small HTTP service with a cache and a queue: copy its structure, not its routes.
 *
 * Keys and values may be health data: they are never logged, and they expire.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { explainRedisError, type RedisEndpoint } from '../../client';
import { type Client, type Connections, TooLate, within } from './connections';
import type { Jobs } from './jobs';
import { log, nameOf } from './log';

const ANSWER_TIMEOUT_MS = 5_000;
const BODY_BYTES_MAX = 1024 * 1024;
const CACHE_TTL_S = 3_600;

export interface Parts {
  readonly client: Client;
  readonly jobs: Jobs;
  readonly connections: Connections;
  /** For error messages. */
  readonly at: RedisEndpoint;
}

interface Reply {
  readonly status: number;
  readonly text?: string;
  readonly json?: object;
}

export function serviceOf(parts: Parts, answerTimeoutMs = ANSWER_TIMEOUT_MS): Server {
  return createServer((request, response) => {
    within(answerTimeoutMs, answer(parts, request)).then(
      (reply) => send(response, reply),
      (error) => {
        log(reasonOf(error, parts.at));
        send(response, { status: 503, json: { status: 'unavailable' } });
      },
    );
  });
}

async function answer(parts: Parts, request: IncomingMessage): Promise<Reply> {
  const { client, jobs, connections } = parts;
  const { method, url = '' } = request;
  const key = /^\/cache\/([^/?]+)$/.exec(url)?.[1];
  if (key !== undefined) return answerCache(client, `cache:${key}`, request);
  switch (`${method} ${url}`) {
    case 'GET /health':
      await client.ping();
      return { status: 200, json: { status: 'ok' } };
    case 'POST /jobs':
      await jobs.add();
      return { status: 202 };
    case 'GET /jobs':
      return { status: 200, json: await jobs.counts() };
    case 'GET /stats': {
      const { reconnects, credentials } = connections;
      return { status: 200, json: { reconnects, reads: credentials.reads } };
    }
    default:
      return { status: 404 };
  }
}

async function answerCache(client: Client, key: string, request: IncomingMessage): Promise<Reply> {
  if (request.method === 'PUT') {
    const value = await bodyOf(request);
    if (value === undefined) return { status: 413 };
    await client.set(key, value, 'EX', CACHE_TTL_S);
    return { status: 204 };
  }
  if (request.method !== 'GET') return { status: 405 };
  const value = await client.get(key);
  return value === null ? { status: 404 } : { status: 200, text: value };
}

/** The body, or `undefined` if it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { status, text, json }: Reply): void {
  const type = json === undefined ? 'text/plain; charset=utf-8' : 'application/json';
  response.writeHead(status, { 'content-type': type });
  response.end(json === undefined ? text : JSON.stringify(json));
}

/** The reason of an error, without a secret or personal data. */
function reasonOf(error: unknown, at: RedisEndpoint) {
  if (error instanceof TooLate) return { event: 'request-failed', error: nameOf(error) };
  const { code, message } = explainRedisError(error, at);
  return { event: 'request-failed', error: nameOf(error), code, message };
}
