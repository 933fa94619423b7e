/**
 * An intruder who knows a password of the cache and keeps one session of each kind open: idle,
 * subscribed, and waiting in a blocking command.
 */

import { connect } from 'node:tls';
import type { Password } from '../../contract/password';
import { encodeCommand } from '../../contract/resp';
import type { RedisNode } from '../redis/redis-node';
import type { Scene } from './scene';

export interface Intruder {
  /** Command and node. */
  readonly name: string;
  /** Whether the session is open. */
  readonly isIn: boolean;
}

const IDLE = ['PING'];
const SUBSCRIBED = ['SUBSCRIBE', 'rehearsal:intruder'];
const BLOCKED = ['BLPOP', 'rehearsal:intruder', '0'];

/** Opens a session of each kind on a node. */
export function intrude(
  scene: Scene,
  node: RedisNode,
  password: Password,
): readonly Promise<Intruder>[] {
  const { isSharded, nodes } = scene.deployment.group;
  // BLPOP blocks only on a primary that has the key.
  const blocks = isSharded || node !== nodes[0] ? [] : [BLOCKED];
  const kinds = [IDLE, SUBSCRIBED, ...blocks];
  return kinds.map((command) => open(scene, { node, password, command }));
}

interface Session {
  readonly node: RedisNode;
  readonly password: Password;
  readonly command: readonly string[];
}

/** @throws Error if the password is refused. */
async function open(scene: Scene, { node, password, command }: Session): Promise<Intruder> {
  const { host, port, id } = node;
  const { caPem: ca } = scene.deployment.certificates;
  const socket = connect({ host, port, ca, servername: host });
  let isIn = true;
  const out = new Promise<never>((_, reject) => {
    const end = () => {
      isIn = false;
      reject(new Error(`${command[0]} on ${id} was disconnected before its login`));
    };
    socket.on('close', end);
    socket.on('error', end);
  });
  socket.write(encodeCommand('AUTH', 'default', password.reveal()));
  socket.write(encodeCommand(...command));
  const answered = new Promise<string>((resolve) => {
    socket.once('data', (chunk) => resolve(String(chunk)));
  });
  const reply = await Promise.race([answered, out]);
  // After the login the end of the session is not an error.
  out.catch(() => undefined);
  if (!reply.startsWith('+OK')) throw new Error(`${command[0]} on ${id} is answered with an error`);
  socket.unref();
  return {
    name: `${command[0]} on ${id}`,
    get isIn() {
      return isIn;
    },
  };
}
