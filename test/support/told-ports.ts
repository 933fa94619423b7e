/** Ports of the model of AWS that tell each call, its answer, and what it has changed. */

import { Password } from '../../contract/password';
import type { CachePort, Ports } from '../../lambda/rotation/ports';
import { NODE_LIST } from './model-answers';
import type { UserWorld } from './user-world';
import type { World } from './world';

type Tell = (line: string) => void;

/** `stateOf` says in words what the model is like. */
export function toldPorts<Cache extends CachePort>(
  ports: Ports<Cache>,
  stateOf: () => string,
  tell: Tell,
): Ports<Cache> {
  let before = '';
  const tellState = () => {
    const state = stateOf();
    if (state !== before) tell(`      ${state}`);
    before = state;
  };
  tellState();
  const { clock } = ports;
  return {
    ...ports,
    secrets: toldMethods('secrets', ports.secrets, tell, tellState),
    cache: toldMethods('cache', ports.cache, tell, tellState),
    clock: {
      ...clock,
      wait: async (ms) => {
        tell(`    clock.wait(${Math.round(ms)})`);
        await clock.wait(ms);
        tellState();
      },
    },
    log: (line) => {
      ports.log(line);
      tell(`  ${printed(line)}`);
    },
  };
}

type Method = (...args: readonly unknown[]) => Promise<unknown>;

function toldMethods<T extends object>(of: string, methods: T, tell: Tell, after: () => void): T {
  const toldMethod = (name: string, method: Method): Method => {
    return async (...args) => {
      const call = `    ${of}.${name}(${args.map(printed).join(', ')})`;
      try {
        const answer = await method(...args);
        tell(answer === undefined ? call : `${call} → ${printed(answer)}`);
        return answer;
      } catch (error) {
        tell(`${call} → ${(error as Error).message}`);
        throw error;
      } finally {
        after();
      }
    };
  };
  const told = Object.entries(methods).map(([name, value]) =>
    typeof value === 'function' ? [name, toldMethod(name, value as Method)] : [name, value],
  );
  return Object.fromEntries(told) as T;
}

/** Whom the cache accepts on each node, and where the labels are. */
export function stateOfWorld({ cache, labels }: World): string {
  const nodes = NODE_LIST.map((_, index) => (cache.nodes[index] ?? []).map(nameOf).join(' '));
  const accepted = nodes.map((node, index) => `node ${index + 1} accepts ${node}`).join(', ');
  const status = cache.looksSettled ? 'available' : 'modifying';
  return `${accepted}, status ${status}, labels ${printed(labels)}`;
}

/** Whom each node accepts, and where the labels are. */
export function stateOfUserWorld({ user, labels }: UserWorld): string {
  const nodes = user.nodes.map(
    ({ list, sender }, index) =>
      `node ${index + 1} accepts ${list.map(nameOf).join(' ')} of the ${sender}`,
  );
  const status = user.looksActive ? 'active' : 'modifying';
  return `${nodes.join(', ')}, status ${status}, labels ${printed(labels)}`;
}

function printed(value: unknown): string {
  return JSON.stringify(plain(value)) ?? 'undefined';
}

/** With the passwords of the model by number. */
function plain(value: unknown): unknown {
  if (value instanceof Password) return nameOf(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

function nameOf(password: Password): string {
  return password.reveal().replace('model-password-', '#');
}
