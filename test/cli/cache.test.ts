/** Published parameters of a cache: valid values are used, edited values refused with a reason. */

import type { Cloud } from '../../cli/aws/cloud';
import { findCache, hasUsers, someSecretOf, withLogin } from '../../cli/rotation/cache';

const GOOD: Readonly<Record<string, string>> = {
  CredentialsSecretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:Cache/One-AbCdEf',
  RotationFunctionName: 'secure-redis-prod-jobs-CacheRotationFunction-1a2B3c',
  Endpoint: 'master.jobs.abc123.euc1.cache.amazonaws.com',
  ReaderEndpoint: 'replica.jobs.abc123.euc1.cache.amazonaws.com',
  Port: '6380',
};

const found = (change: Readonly<Record<string, string>> = {}) => {
  const published = async () => ({ ...GOOD, ...change });
  return findCache({ published } as unknown as Cloud, 'jobs');
};

describe('Published values are accepted', () => {
  test.each([['1'], ['1024'], ['6380'], ['65535']])('port %s', async (Port) => {
    expect((await found({ Port })).port).toBe(Number(Port));
  });

  test.each([
    ['arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:jobs-AbCdEf'],
    ['arn:aws-us-gov:secretsmanager:us-gov-west-1:111122223333:secret:jobs-AbCdEf'],
  ])('secret %s', async (CredentialsSecretArn) => {
    expect((await found({ CredentialsSecretArn })).secretArn).toBe(CredentialsSecretArn);
  });

  test('the host of the rehearsal', async () => {
    expect((await found({ Endpoint: 'localhost' })).host).toBe('localhost');
  });
});

describe('Edited values are refused, with the allowed values and advice', () => {
  const ports = ['', '0', '-1', '70000', '65536', '63.8', 'NaN', 'redis', '6380 ', '0x18ec'];
  const more = ['1e3', '06380', '6380\n', '6380/1', 'Infinity', '99999999999999999999'];
  test.each([...ports, ...more])('port %j', async (Port) => {
    await expect(found({ Port })).rejects.toThrow(
      `the SSM parameter /jobs/Cache/Port must be a TCP port from 1 to 65535, got ` +
        `${JSON.stringify(Port)}. It was edited: deploy the stack with`,
    );
  });

  test.each([
    ['Endpoint', 'a host\nREDIS_URL=redis://elsewhere'],
    ['Endpoint', ''],
    ['Endpoint', 'user@elsewhere'],
    ['Endpoint', 'host/path'],
    ['ReaderEndpoint', 'host:6380'],
    ['ReaderEndpoint', '$(id)'],
    ['CredentialsSecretArn', 'jobs'],
    ['CredentialsSecretArn', 'arn:aws:secretsmanager:eu-central-1:1:secret:jobs'],
    ['RotationFunctionName', 'a function'],
    ['RotationFunctionName', '\u001b[2J'],
  ])('%s %j', async (name, value) => {
    const shown = JSON.stringify(value);
    await expect(found({ [name]: value })).rejects.toThrow(`/jobs/Cache/${name} must be `);
    await expect(found({ [name]: value })).rejects.toThrow(`, got ${shown}. `);
  });

  test('a text that is longer than a line is not shown', async () => {
    const Endpoint = `${'a'.repeat(300)}.com`;
    await expect(found({ Endpoint })).rejects.toThrow(', got a text of 304 characters. ');
  });
});

describe('The password that --user chooses', () => {
  const ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:U-AbCdEf';
  const { CredentialsSecretArn: _, ...withoutPassword } = GOOD;
  const users = (names: readonly string[]) => {
    const all = names.map((name) => [`Users/${name}/SecretArn`, ARN]);
    const published = async () => ({ ...withoutPassword, ...Object.fromEntries(all) });
    return findCache({ published } as unknown as Cloud, 'jobs');
  };

  test('is that of the user, or of the whole cache', async () => {
    expect(withLogin(await users(['app', 'worker']), 'app')).toMatchObject({
      secretArn: ARN,
      username: 'app',
      user: 'app',
    });
    expect(withLogin(await found(), undefined)).toMatchObject({
      secretArn: GOOD.CredentialsSecretArn,
      username: 'default',
    });
  });

  test('is refused for a cache with one password', async () => {
    const cache = await found();
    expect(() => withLogin(cache, 'app')).toThrow(
      '--user must be left out for jobs/Cache, which has one password for all clients, got ' +
        "'app'. Leave it out, or name another --cache.",
    );
  });

  test.each([
    ['workr', "(app, worker), got 'workr'. Did you mean worker?"],
    ['APP', "got 'APP'. Did you mean app?"],
    ['x', "got 'x'. Name one of them."],
  ])('is refused for an unknown user: %s', async (user, message) => {
    const cache = await users(['app', 'worker']);
    expect(() => withLogin(cache, user)).toThrow(message);
  });

  test('must be given for a cache with users', async () => {
    const cache = await users(['app', 'worker']);
    expect(() => withLogin(cache, undefined)).toThrow(
      'a password each (app, worker). Add it, such as --user app.',
    );
  });

  test('an edited ARN of a user is refused', async () => {
    const published = async () => ({ ...withoutPassword, 'Users/app/SecretArn': 'x' });
    await expect(findCache({ published } as unknown as Cloud, 'jobs')).rejects.toThrow(
      'the SSM parameter /jobs/Cache/Users/app/SecretArn must be the ARN of a secret, got "x".',
    );
  });
});

describe('A cache with users that log in by IAM', () => {
  const { CredentialsSecretArn: ARN = '', ...withoutPassword } = GOOD;
  const IAM = { 'Users/reports/UserId': 'reports-iam-1a', 'Users/jobs/UserId': 'jobs-iam-1a' };
  const cacheOf = (change: Readonly<Record<string, string>>) => {
    const published = async () => ({ ...withoutPassword, ...change });
    return findCache({ published } as unknown as Cloud, 'jobs');
  };

  test('needs no secret', async () => {
    const cache = await cacheOf(IAM);
    expect([hasUsers(cache), cache.iamUsers, cache.users.size]).toStrictEqual([
      true,
      ['reports', 'jobs'],
      0,
    ]);
    expect(someSecretOf(cache)).toBeUndefined();
    expect(hasUsers(await found())).toBe(false);
  });

  test.each([
    [undefined, 'jobs/Cache must have a user with a password for this: its users log in by IAM '],
    ['jobs', 'for this, got --user jobs: its users log in by IAM (reports, jobs) and have no '],
    ['nobody', 'for this, got --user nobody: its users log in by IAM (reports, jobs) and have no '],
  ])('has no password to rotate: --user %s', async (user, message) => {
    const cache = await cacheOf(IAM);
    expect(() => withLogin(cache, user)).toThrow(message);
  });

  test('beside users with passwords, is named by its login', async () => {
    const cache = await cacheOf({ ...IAM, 'Users/app/SecretArn': ARN });
    expect(() => withLogin(cache, 'reports')).toThrow(
      "--user must be a user of jobs/Cache with a password (app), got 'reports', which logs in " +
        'by IAM and has no password to rotate.',
    );
    expect(withLogin(cache, 'app').username).toBe('app');
  });

  test('without any user published, the stack is older than the command', async () => {
    await expect(cacheOf({})).rejects.toThrow('does not publish /jobs/Cache/CredentialsSecretArn');
  });
});

describe('The database of a user', () => {
  const of = async (change: Readonly<Record<string, string>>, user: string) => {
    const secret = GOOD.CredentialsSecretArn ?? '';
    const all = { 'Users/app/SecretArn': secret, 'Users/web/SecretArn': secret, ...change };
    return withLogin(await found(all), user).database;
  };

  test('is 0, or that which the stack publishes for it', async () => {
    const published = { 'Users/app/Database': '3' };
    expect([await of({}, 'app'), await of(published, 'app'), await of(published, 'web')]).toEqual([
      0, 3, 0,
    ]);
  });

  test.each(['', 'x', '-1', '03', '1.5'])('is refused if it was edited: %j', async (text) => {
    await expect(of({ 'Users/app/Database': text }, 'app')).rejects.toThrow(
      'the SSM parameter /jobs/Cache/Users/app/Database must be the number of a database, got',
    );
  });
});
