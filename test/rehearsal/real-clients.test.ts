/**
 * Proves with the clients that applications use that they connect with our string, verify the
 * certificate, and live through a rotation, cuts of their connections and a revocation; and that
 * the checks which say so fail where a client or a rotation is wrong.
 *
 * Two deployments for all clients. Those that this machine lacks are named by a test of their own.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { QUEUE_MAY_BLOCK, renameCommandsValue } from '../../lib/settings/elasticache/commands';
import type { Deployment } from '../../rehearsal/aws/deployment';
import type { CheckResult } from '../../rehearsal/checks/checks';
import { failureOf } from '../../rehearsal/redis/failure-word';
import { driversNamed } from '../../rehearsal/traffic/clients/drivers';
import { IOREDIS } from '../../rehearsal/traffic/clients/ioredis';
import type { Driver } from '../../rehearsal/traffic/driver';
import { type RealTrafficResult, runRealTraffic } from '../../rehearsal/traffic/real-traffic';
import { Traffic } from '../../rehearsal/traffic/traffic';
import { trafficChecks } from '../../rehearsal/traffic/traffic-checks';
import type { TrafficClient } from '../../rehearsal/traffic/traffic-client';
import { urlIn } from '../../rehearsal/traffic/traffic-client';
import { trafficLines } from '../../rehearsal/traffic/traffic-table';
import { noteOutput } from '../support/leaks';
import { startLocally } from '../support/local-deployment';

/** Four times what a machine takes that does nothing else. */
const TIMEOUT_MS = 240_000;
const OPTIONS = { calmMs: 400, pauseMs: 10 };

/** The examples are proven in a folder of their own. */
const CLIENTS = driversNamed('ioredis,node-redis,bullmq,redis-cli,redis-py,redis-py-asyncio');

const GENERAL = ['rotated-and-revoked', 'all-connect', 'all-verify'];

describe.each([
  ['without shards', { isSharded: false, shards: 1, replicas: 1 }],
  ['sharded', { isSharded: true, shards: 2, replicas: 1 }],
])('On a cache %s', (_, topology) => {
  const { isSharded } = topology;
  const present = CLIENTS.filter(({ missing }) => missing?.(isSharded) === undefined);
  const absent = CLIENTS.filter(({ missing }) => missing?.(isSharded) !== undefined);
  let deployment: Deployment;
  let result: RealTrafficResult;
  let checks: readonly CheckResult[];

  beforeAll(async () => {
    const parameters: Record<string, string> = {
      ...(isSharded ? { 'cluster-enabled': 'yes' } : {}),
      // Every command that may be blocked whatever the purpose: no client may miss one.
      'rename-commands': renameCommandsValue(Array.from(QUEUE_MAY_BLOCK)),
    };
    const pollIntervalMs = isSharded ? 200 : 50;
    ({ deployment } = await startLocally({ topology, parameters, pollIntervalMs }));
    await deployment.service.rotate();
    result = await runRealTraffic(deployment, CLIENTS, OPTIONS);
    checks = trafficChecks(result);
    noteOutput(JSON.stringify([result, checks, trafficLines(result)]));
  }, TIMEOUT_MS);

  afterAll(async () => {
    await deployment?.stop();
  });

  const failed = (...ids: readonly string[]) =>
    checks
      .filter(({ id, pass }) => ids.includes(id) && !pass)
      .map(({ id, detail }) => [id, detail]);

  test('the required clients are installed', () => {
    const names = present.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['ioredis', 'node-redis', 'bullmq', 'redis-cli']));
  });

  test('all connect with our string, none to a foreign certificate; the old password dies', () => {
    expect(failed(...GENERAL)).toEqual([]);
    expect(Object.keys(result.untrusted)).toEqual(
      present.flatMap(({ name }) => [`${name} that reads again`, `${name} that reads once`]),
    );
    expect(result.cuts).toBe(4);
  });

  test.each(present.map(({ name }) => name))('%s reads again: no command fails', (name) => {
    expect(failed(`${name}-again`)).toEqual([]);
    expect(checks.map(({ id }) => id)).toContain(`${name}-again`);
  });

  test.each(present.map(({ name }) => name))('%s reads once: none fails in the grace', (name) => {
    expect(failed(`${name}-once`)).toEqual([]);
    expect(checks.map(({ id }) => id)).toContain(`${name}-once`);
  });

  for (const { name, missing } of absent) {
    test(`not run: ${name}: ${missing?.(isSharded)}`, () => {
      expect(result.missing[name]).toBe(missing?.(isSharded));
    });
  }

  test('the table has a line for each client and habit, and one for each that is missing', () => {
    const lines = trafficLines(result).filter((line) => line !== '');
    expect(lines).toHaveLength(2 + 2 * present.length + absent.length);
    const [, headings = '', ...rows] = lines;
    // Columns are as wide as what is in them: each row of figures ends where its heading does.
    const figures = rows.slice(0, 2 * present.length);
    expect(figures.filter((row) => row.length !== headings.length)).toEqual([]);
  });
});

/** ioredis, wrong in one way. */
function wrong(name: string, open: Driver['open']): Driver {
  return { ...IOREDIS, name, open };
}

const SWALLOWS = wrong('swallows', async (access, reading) => {
  const client = await IOREDIS.open(access, reading);
  const command = (key: string, value: string) => client.command(key, value).catch(() => undefined);
  return { connects: 1, command, close: () => client.close() };
});

const FORGETS = wrong('forgets', (access) => IOREDIS.open(access, 'once'));

const TRUSTS = wrong('trusts', (access, reading) => {
  const { ca, caFile } = trusted;
  return IOREDIS.open({ ...access, ca, caFile }, reading);
});

let trusted = { ca: '', caFile: '' };

describe('A broken client or rotation fails its check', () => {
  let deployment: Deployment;
  let failed: readonly string[];
  let kinds: Readonly<Record<string, readonly string[]>>;

  /** As `SET` in the place of `ROTATE` would: the previous password dies with the rotation. */
  async function rotateBySet(): Promise<boolean> {
    const isDone = await deployment.service.rotate();
    const { password } = deployment.credentials();
    for (const node of deployment.nodes) await node.setPasswords([password]);
    return isDone;
  }

  beforeAll(async () => {
    ({ deployment } = await startLocally({ pollIntervalMs: 50 }));
    await deployment.service.rotate();
    trusted = { ca: deployment.certificates.caPem, caFile: deployment.caFile };
    const drivers = [IOREDIS, SWALLOWS, FORGETS, TRUSTS];
    const result = await runRealTraffic(deployment, drivers, { ...OPTIONS, rotate: rotateBySet });
    failed = trafficChecks(result).flatMap(({ id, pass }) => (pass ? [] : [id]));
    kinds = Object.fromEntries(
      result.lanes.map(({ client, reading, phases }) => [
        `${client}-${reading}`,
        phases.after.failures,
      ]),
    );
  }, TIMEOUT_MS);

  afterAll(async () => {
    await deployment?.stop();
  });

  test('a rotation by SET fails clients that read once, within the grace period', () => {
    expect(failed).toContain('ioredis-once');
    expect(kinds['ioredis-once']).toEqual(['WRONGPASS']);
  });

  test('and not clients that read again', () => {
    expect(failed).not.toContain('ioredis-again');
  });

  test('a client that swallows its failures', () => {
    expect(failed).toContain('swallows-once');
  });

  test('a client that should read again, and does not', () => {
    expect(failed).toContain('forgets-again');
  });

  test('a client that trusts any certificate', () => {
    expect(failed).toContain('all-verify');
  });
});

describe('A failure for another reason does not count as a refused certificate', () => {
  const none = {
    lanes: [],
    missing: {},
    refused: {},
    rotated: true,
    dailyCheck: 'revoked',
    cuts: 4,
  };
  const passes = (untrusted: RealTrafficResult['untrusted']) =>
    trafficChecks({ ...none, untrusted }).find(({ id }) => id === 'all-verify')?.pass;

  test.each([
    ['connected'],
    ['timeout'],
    ['ENOENT'],
    ['ECONNREFUSED'],
    ['ConnectionError'],
    ['Connection'],
    ['ended'],
    ['certificate'],
    ['WRONGPASS'],
  ])('%s', (said) => {
    expect(passes({ 'one that reads once': 'certificate-refused', other: said })).toBe(false);
  });

  test.each([
    ['CERT_SIGNATURE_FAILURE'],
    ['SELF_SIGNED_CERT_IN_CHAIN'],
    ['CERTIFICATE_VERIFY_FAILED'],
    ['certificate-refused'],
  ])('but %s is a refusal', (said) => {
    expect(passes({ 'one that reads once': said })).toBe(true);
  });

  test('nor does a missing attempt', () => {
    expect(passes({})).toBe(false);
  });
});

describe('Traffic counts each command that fails', () => {
  const clientOf = (command: TrafficClient['command']): TrafficClient => ({
    connects: 1,
    command,
    close: async () => undefined,
  });

  test('by its kind, in its phase, and one that is never answered', async () => {
    const refuses = clientOf(async () => {
      throw new Error('WRONGPASS invalid username-password pair');
    });
    const hangs = clientOf(() => new Promise(() => undefined));
    const lanes = [
      { name: 'refuses', client: refuses },
      { name: 'hangs', client: hangs },
    ] as const;
    const traffic = new Traffic({ lanes, pauseMs: 5, timeoutMs: 50 });
    const begun = async (phase: string, least: number) => {
      traffic.phase(phase);
      for (let look = 0; look < 1_000; look++) {
        if (traffic.figures(lanes[0], phase).commands >= least) return;
        await sleep(10);
      }
    };
    await begun('first', 3);
    await begun('second', 3);
    const all = await traffic.stop();
    const [first, second] = ['first', 'second'].map((each) => traffic.figures(lanes[0], each));
    expect(first?.failed).toBe(first?.commands);
    expect(first?.failures).toEqual(['WRONGPASS']);
    expect(second?.commands).toBeGreaterThan(0);
    expect(traffic.figures(lanes[1]).failures).toEqual(['timeout']);
    expect(all.failed).toBe(all.commands);
  });

  test('while it is held still, no command is on its way', async () => {
    let busy = 0;
    let began = 0;
    const client = clientOf(async () => {
      began += 1;
      busy += 1;
      await sleep(10);
      busy -= 1;
    });
    const traffic = new Traffic({ lanes: [{ name: 'slow', client }] });
    const some = async (least: number) => {
      for (let look = 0; look < 1_000 && began < least; look++) await sleep(10);
    };
    await some(1);
    const seen = await traffic.still(async () => {
      const before = began;
      await sleep(30);
      return { busy, begun: began - before };
    });
    expect(seen).toEqual({ busy: 0, begun: 0 });
    await some(4);
    const { commands, p50Ms } = await traffic.stop();
    expect(commands).toBeGreaterThan(2);
    expect(p50Ms).toBeGreaterThanOrEqual(9);
  });
});

describe('The kind of a failure is one word, and never a secret', () => {
  test.each([
    [new Error('WRONGPASS invalid username-password pair'), 'WRONGPASS'],
    [new Error('refuses the login: WRONGPASS; check that'), 'WRONGPASS'],
    [Object.assign(new Error('self signed'), { code: 'SELF_SIGNED' }), 'SELF_SIGNED'],
    [new Error('failed', { cause: new Error('NOAUTH Authentication required.') }), 'NOAUTH'],
    [new AggregateError([new Error('READONLY it is')], 'all failed'), 'READONLY'],
    [Object.assign(new Error('all'), { lastNodeError: new Error('WRONGPASS') }), 'WRONGPASS'],
    [new Error('Connection is closed.'), 'Connection'],
  ])('%p', (error, kind) => {
    expect(failureOf(error)).toBe(kind);
  });

  test.each(['nonsense-password-0', '{"url":1}', '{}'])('of a secret that is %p', (text) => {
    expect(() => urlIn(text)).toThrow(/^unreadable$/);
  });
});
