/**
 * `doctor` tells why a server that answers is not usable: logins, permissions, and states in which
 * it refuses commands. Each failure is produced, and nothing is written.
 */

import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureRedisServer } from '../../cli/server/redis-binary';
import { Admin, doctored, PASSWORD, produces } from '../support/doctor-run';
import { handMade, timeOf } from '../support/iam-tokens';
import { answerWith, endOwnServers, type OwnServer, startOwnServer } from '../support/own-server';
import { temporaryFolder } from '../support/temporary-folder';

const { path: program } = ensureRedisServer(() => undefined);

const NOBODY_LISTENS = '1';

let server: OwnServer;
let admin: Admin;

beforeAll(async () => {
  server = await startOwnServer(program, [
    ...['port PORT', `requirepass ${PASSWORD}`],
    ...['databases 4', 'save 3600 1', 'enable-protected-configs yes'],
  ]);
  admin = await Admin.of(server.port, PASSWORD);
  await admin.ask('SET', 'kept', 'value');
});

afterAll(async () => {
  admin.close();
  await endOwnServers();
});

const at = (login = `:${PASSWORD}@`, database = 0) =>
  `redis://${login}127.0.0.1:${server.port}/${database}`;

async function withUser<Result>(
  rules: readonly string[],
  run: (login: string) => Promise<Result>,
): Promise<Result> {
  await admin.ask('ACL', 'SETUSER', 'app', 'reset', 'on', `>${PASSWORD}`, ...rules);
  try {
    return await run(`app:${PASSWORD}@`);
  } finally {
    await admin.ask('ACL', 'DELUSER', 'app');
  }
}

const token = (user: string, signedMs: number) =>
  encodeURIComponent(handMade({ time: timeOf(signedMs), user }));

describe('The login', () => {
  produces(
    'users-not-supported',
    'scripted: the answer of Redis 5 to AUTH with a user',
    async () => {
      const text = "-ERR wrong number of arguments for 'auth' command\r\n";
      const port = await answerWith((socket) => {
        socket.on('data', () => socket.write(text));
      });
      return doctored(`redis://app:${PASSWORD}@127.0.0.1:${port}/0`);
    },
  );

  produces('password-missing', 'a server with a password, a URL without', () => doctored(at('')));

  produces('password-wrong', 'another password', () => doctored(at(':another-password@')));

  test('password-wrong: of a user that is off', async () => {
    const { failure } = await withUser(['off', '+@all'], (login) => doctored(at(login)));
    // The same password is not that of `default` here.
    expect(failure?.id).toBe('user-wrong');
  });

  produces('user-wrong', 'a user that does not exist, with the password of `default`', () =>
    doctored(at(`nobody:${PASSWORD}@`)),
  );

  produces('server-without-password', 'a password for a server that has none', async () => {
    await admin.ask('CONFIG', 'SET', 'requirepass', '');
    const answer = await doctored(at());
    const open = await doctored(at(''));
    expect(open.notes).toStrictEqual([
      'the server asks for no password: whoever reaches it may read and write',
    ]);
    await admin.ask('CONFIG', 'SET', 'requirepass', PASSWORD);
    return answer;
  });

  produces('iam-token-expired', 'a token of an hour ago, at a server without IAM', () =>
    doctored(at(`app:${token('app', Date.now() - 3_600_000)}@`)),
  );

  produces('iam-token-user', 'a token of another user, at a server without IAM', () =>
    doctored(at(`app:${token('other', Date.now())}@`)),
  );

  produces('iam-login-refused', 'a fresh token, at a server without IAM', () =>
    doctored(at(`app:${token('app', Date.now())}@`)),
  );

  produces('protected-mode', 'a server without a password, asked at another address', async () => {
    const [outside] = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    if (outside === undefined) {
      // A machine without a network.
      const text =
        '-DENIED Redis is running in protected mode because protected mode is enabled\r\n';
      return doctored(`redis://127.0.0.1:${await answerWith((socket) => socket.end(text))}`);
    }
    const lines = [`bind 127.0.0.1 ${outside.address}`, 'port PORT', 'protected-mode yes'];
    const { port, stop } = await startOwnServer(program, lines);
    const answer = await doctored(`redis://${outside.address}:${port}`);
    await stop();
    return answer;
  });
});

describe('Permissions', () => {
  const rules = ['~app:*', '&app:*', '+@all', '-flushall'];

  produces('no-permission-command', 'FLUSHALL by a user without it', () =>
    withUser(rules, (login) => doctored(at(login), { command: 'FLUSHALL' })),
  );

  produces('no-permission-key', 'a key outside of the pattern of the user', () =>
    withUser(rules, (login) => doctored(at(login), { command: 'GET other:1' })),
  );

  produces('no-permission-channel', 'a channel outside of the pattern of the user', () =>
    withUser(rules, (login) => doctored(at(login), { command: 'PUBLISH other hello' })),
  );

  produces('no-permission-database', 'scripted: the answer of Valkey 9 to SELECT', async () => {
    const text = "-NOPERM User app has no permissions to access database '3'\r\n";
    const port = await answerWith((socket) => {
      const replies = ['+OK\r\n', '+PONG\r\n', text];
      socket.on('data', () => socket.write(replies.shift() ?? '-ERR\r\n'));
    });
    return doctored(`redis://app:${PASSWORD}@127.0.0.1:${port}/3`);
  });

  produces('command-unknown', 'a command that no server has', () =>
    doctored(at(), { command: 'JSON.FROB a' }),
  );

  produces('command-arguments', 'GET without a key', () => doctored(at(), { command: 'GET' }));

  test('that doctor needs and the user has not are noted', async () => {
    const few = ['+get', '~app:*'];
    const { state, notes } = await withUser(few, (login) => doctored(at(login)));
    expect(state).toBe('healthy');
    expect(notes.join('\n')).toMatch(/may not run PING[\s\S]*may not run INFO/);
  });
});

describe('Databases and replicas', () => {
  produces('database-out-of-range', 'database 4 of 4', () => doctored(at(undefined, 4)));

  async function asReplica<Result>(staleData: string, run: () => Promise<Result>): Promise<Result> {
    await admin.ask('CONFIG', 'SET', 'replica-serve-stale-data', staleData);
    await admin.ask('REPLICAOF', '127.0.0.1', NOBODY_LISTENS);
    try {
      return await run();
    } finally {
      await admin.ask('REPLICAOF', 'NO', 'ONE');
      await admin.ask('CONFIG', 'SET', 'replica-serve-stale-data', 'yes');
    }
  }

  produces('read-only-replica', 'a replica', () => asReplica('yes', () => doctored(at())));

  test('read-only-replica: by INFO, for a user who may not write', async () => {
    const rules = ['+ping', '+info', '+get', '~*'];
    const { failure } = await asReplica('yes', () =>
      withUser(rules, (login) => doctored(at(login))),
    );
    expect(failure).toMatchObject({ id: 'read-only-replica', evidence: ['INFO says role:slave'] });
  });

  test('a replica is right for an application that only reads', async () => {
    const { state } = await asReplica('yes', () => doctored(at(), { readsOnly: true }));
    expect(state).toBe('healthy');
  });

  produces('master-down', 'a replica without its primary, without stale data', () =>
    asReplica('no', () => doctored(at())),
  );
});

describe('The server refuses', () => {
  produces('max-clients', 'maxclients 1, and one connection', () =>
    admin.configured({ maxclients: '1' }, () => doctored(at())),
  );

  produces('out-of-memory', 'maxmemory 1, noeviction', () =>
    admin.configured({ maxmemory: '1', 'maxmemory-policy': 'noeviction' }, () => doctored(at())),
  );

  test('out-of-memory: by INFO, for a user who may not write', async () => {
    const settings = { maxmemory: '1', 'maxmemory-policy': 'noeviction' };
    const { failure } = await admin.configured(settings, () =>
      withUser(['+ping', '+info'], (login) => doctored(at(login))),
    );
    expect(failure?.id).toBe('out-of-memory');
    expect(failure?.evidence[0]).toMatch(/^INFO says \d+ of 1 bytes are used, with noeviction$/);
  });

  produces('too-few-replicas', 'min-replicas-to-write 1, and none', () =>
    admin.configured({ 'min-replicas-to-write': '1' }, () => doctored(at())),
  );

  produces('persistence-failed', 'a folder of the data that is gone', async () => {
    const folder = join(temporaryFolder('doctor-data'), 'data');
    mkdirSync(folder);
    const answer = await admin.configured({ dir: folder }, async () => {
      rmSync(folder, { recursive: true });
      await admin.ask('BGSAVE');
      await until(async () => (await infoOf('persistence')).includes('bgsave_status:err'));
      return doctored(at());
    });
    await admin.ask('BGSAVE');
    await until(async () => (await infoOf('persistence')).includes('bgsave_status:ok'));
    return answer;
  });

  produces('busy-script', 'a script without an end', async () => {
    const busy = await Admin.of(server.port, PASSWORD);
    const answer = await admin.configured({ 'lua-time-limit': '1' }, async () => {
      const running = busy.probe.ask('EVAL', 'while true do end', '0');
      await sleep(50);
      const seen = await doctored(at());
      await admin.ask('SCRIPT', 'KILL');
      await running;
      return seen;
    });
    busy.close();
    return answer;
  });

  produces('loading', 'a server that reads its data slowly', async () => {
    const value = 'x'.repeat(2_000);
    for (let at = 0; at < 20; at++) await admin.ask('SET', `loaded:${at}`, value);
    await admin.ask('CONFIG', 'SET', 'rdbcompression', 'no');
    await admin.ask('SAVE');
    const folder = temporaryFolder('doctor-loading');
    copyFileSync(join(server.folder, 'dump.rdb'), join(folder, 'dump.rdb'));
    await admin.ask('DEL', ...Array.from({ length: 20 }, (_, at) => `loaded:${at}`));
    const { port, stop } = await startOwnServer(program, [
      ...['port PORT', `dir ${folder}`, 'loading-process-events-interval-bytes 1024'],
      'key-load-delay 200000',
    ]);
    const answer = await doctored(`redis://127.0.0.1:${port}`, { timeout: 5 });
    await stop();
    return answer;
  });
});

const infoOf = async (section: string) => String(await admin.ask('INFO', section));

async function until(isReached: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    if (await isReached()) return;
    await sleep(10);
  }
  throw new Error('not reached within 2 s');
}

describe('Nothing is written', () => {
  test('by a connection that is healthy, nor by any of all that failed', async () => {
    expect(await admin.ask('DBSIZE')).toBe(1);
    expect(await admin.ask('GET', 'kept')).toBe('value');
    const [, dirty] = /rdb_changes_since_last_save:(\d+)/.exec(await infoOf('persistence')) ?? [];
    const monitor = connect(server.port, '127.0.0.1');
    let seen = '';
    monitor.on('data', (chunk) => {
      seen += chunk;
    });
    monitor.write(`AUTH ${PASSWORD}\r\nMONITOR\r\n`);
    await until(async () => seen.includes('+OK\r\n+OK\r\n'));
    expect((await doctored(at())).state).toBe('healthy');
    expect((await doctored(at(), { command: 'FLUSHALL' })).state).toBe('healthy');
    const [, after] = /rdb_changes_since_last_save:(\d+)/.exec(await infoOf('persistence')) ?? [];
    expect(after).toBe(dirty);
    expect(await admin.ask('DBSIZE')).toBe(1);
    await admin.ask('ECHO', 'over');
    await until(async () => seen.includes('"over"'));
    monitor.destroy();
    const names = Array.from(seen.matchAll(/^\+[\d.]+ \[[^\]]*\] "(\w+)"/gm), ([, name]) => name);
    // What is queued is in no monitor, unless it is run.
    expect(names).toContain('MULTI');
    expect(names.filter((name) => /SET|FLUSHALL|EXEC|DEL/i.test(String(name)))).toStrictEqual([]);
  });
});
