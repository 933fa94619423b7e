/**
 * A probe of a hostile server ends in bounded time and memory: each command gets a reply or an end
 * with a name.
 */

import fc from 'fast-check';
import { openProbe, ProbeEnd, type ServerToProbe } from '../../cli/server/probe';
import type { Script, Step } from './script';
import { PLAINTEXT_SCRIPTS, TLS_SCRIPTS } from './scripts';
import { HostileServers, measured } from './servers';

const TIMEOUT_MS = 250;
/** Beyond the time of the probe: one chunk that is parsed, on a busy machine. */
const SLACK_MS = 2_000;
const GROWN_MIB_MAX = 64;
const COMMANDS = [['PING'], ['AUTH', 'a', 'b'], ['INFO'], ['ACL', 'LIST'], ['CONFIG', 'GET', '*']];

const ENDS = [
  ...['answered', 'timed-out', 'not-redis', 'too-many-bytes', 'connection-closed', 'tls-failed'],
  ...['refused-unasked', 'reply-unasked'],
];

const servers = new HostileServers();

afterAll(() => servers.stop());

/** Asks all commands. @returns what the connection ended with, or the kinds of the replies */
async function conversation(server: ServerToProbe): Promise<string> {
  const probe = await openProbe({ timeoutMs: TIMEOUT_MS, ...server });
  if (probe instanceof ProbeEnd) return probe.why;
  const answers = [];
  for (const command of COMMANDS) answers.push(await probe.ask(...command));
  probe.close();
  const end = answers.find((answer) => answer instanceof ProbeEnd);
  return end instanceof ProbeEnd ? end.why : 'answered';
}

async function bounded(script: Script): Promise<string> {
  const { port, caPem } = await servers.start(script);
  const tls = script.tls === undefined ? {} : { tls: { ca: caPem, isVerified: true } };
  const { value, ms, grownMiB } = await measured(() =>
    conversation({ host: 'localhost', port, ...tls }),
  );
  expect(ms).toBeLessThan(TIMEOUT_MS + SLACK_MS);
  expect(grownMiB).toBeLessThan(GROWN_MIB_MAX);
  return value;
}

describe('A probe of a hostile server ends', () => {
  const scripts = Object.entries({ ...PLAINTEXT_SCRIPTS, ...TLS_SCRIPTS });

  test.each(scripts)('%s', async (_, script) => {
    expect(ENDS).toContain(await bounded(script));
  });
});

describe('A probe of a server that sends anything ends', () => {
  const length = fc.oneof(
    fc.integer({ min: -3, max: 5 }),
    fc.constantFrom(65_536, 65_537, 2 ** 31, 1e15, 1e16),
  );
  const fragment = fc.oneof(
    fc.constantFrom('+OK\r\n', '-ERR a\r\n', ':1\r\n', '$-1\r\n', '*0\r\n', '\r\n', '\r', '\n'),
    fc
      .tuple(fc.constantFrom(...'+-:$*>%~#,_(=!|'), fc.oneof(length.map(String), fc.string()))
      .map(([kind, text]) => `${kind}${text}\r\n`),
    fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) }),
    fc.string({ maxLength: 20 }).map((text) => `$${text.length}\r\n${text}\r\n`),
  );
  const step: fc.Arbitrary<Step> = fc.oneof(
    { arbitrary: fc.array(fragment).map((parts) => ({ send: parts.join('') })), weight: 8 },
    { arbitrary: fc.record({ send: fragment, times: fc.constantFrom(10, 1_000) }), weight: 2 },
    { arbitrary: fragment.map((drip) => ({ drip, everyMs: 1 })), weight: 2 },
    { arbitrary: fragment.map((text) => ({ forever: text || 'a' })), weight: 1 },
    { arbitrary: fc.constantFrom({ end: 'close' as const }, { end: 'reset' as const }), weight: 1 },
    { arbitrary: fc.constant({ waitMs: 5 }), weight: 1 },
  );
  const anyScript: fc.Arbitrary<Script> = fc.record({
    greeting: fc.oneof(fc.constant([]), fc.array(step, { maxLength: 2 })),
    answers: fc.array(fc.array(step, { maxLength: 3 }), { maxLength: 4 }),
  });

  test('in any order', async () => {
    await fc.assert(
      fc.asyncProperty(anyScript, async (script) => {
        await bounded(script);
      }),
      { numRuns: Number(process.env.HOSTILE_RUNS ?? 40), endOnFailure: true },
    );
  });
});
