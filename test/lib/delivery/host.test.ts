/**
 * Delivery to a machine: the role reads exactly what the script needs. The script, run by a real
 * shell with a fake `aws`, writes the connection to a file of mode 600, without a password in any
 * argument.
 */

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserData } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Password } from '../../../contract/password';
import { printCredentials } from '../../../contract/secret-json';
import { type SecureRedis, SettingError, Topology } from '../../../lib';
import { allowedIn, beside, ofType, READS_SECRET, waitsFor } from '../../support/applications';
import { noteOutput, notePassword } from '../../support/leaks';
import { temporaryFolder } from '../../support/temporary-folder';

const PARAMETERS = [
  'ConnectionStringTemplate',
  'CredentialsSecretArn',
  'Endpoint',
  'Port',
  'ReaderEndpoint',
].map(
  (name) =>
    'arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/secure-redis-test/Cache/' +
    name,
);

describe('The role reads the secret and the parameters of a client, and nothing else', () => {
  test('by their names, so that no stack waits for the one of the machine', () => {
    const { app, cache, cacheStack, shop } = beside();
    const role = new Role(shop, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    cache.delivery.toHost(role).assertSuccess();
    expect(allowedIn(shop)).toEqual([
      `ssm:GetParameter,ssm:GetParameters on ${PARAMETERS}`,
      ...READS_SECRET,
    ]);
    expect(waitsFor(app, shop)).toEqual(['Test']);
    expect(cacheStack.dependencies).toEqual([]);
  });
});

describe('Each parameter that the role may read is published', () => {
  test('under the name that is granted', () => {
    const published = ofType(beside().cacheStack, 'AWS::SSM::Parameter').map(({ Name }) => Name);
    const granted = PARAMETERS.map((arn) => arn.split(':parameter')[1]);
    expect(granted.filter((name) => !published.includes(name))).toEqual([]);
  });
});

describe('A path that a shell could misread is refused', () => {
  test.each(['redis.env', '/run/a b', "/run/'x", '/run/$(id)', '/run/', ''])('%j', (path) => {
    const { delivery } = beside().cache;
    const message = `an absolute path of letters, digits, ., _ and -, got ${JSON.stringify(path)}.`;
    expect(() => delivery.hostCommands({ environmentFile: path })).toThrow(SettingError);
    expect(() => delivery.hostCommands({ environmentFile: path })).toThrow(message);
    expect(() => delivery.hostCommands({ scriptFile: path })).toThrow(
      `\`scriptFile\` must be ${message}`,
    );
  });
});

const PASSWORD = Password.of('on-a-machine-!&#$^<>-0123456789');
const SECRET = printCredentials('default', PASSWORD, {
  host: 'master.example',
  readerHost: 'replica.example',
  port: 6380,
});
const URL = 'rediss://default:on-a-machine-!%26%23%24%5E%3C%3E-0123456789@';

/** Runs the commands of user data on this machine, with an `aws` of ours. */
function runOn(cache: SecureRedis, secretString: string) {
  notePassword(PASSWORD.reveal());
  const folder = temporaryFolder('host');
  const file = join(folder, 'redis.env');
  const calls = join(folder, 'calls');
  writeFileSync(join(folder, 'secret'), secretString);
  writeFileSync(
    join(folder, 'aws'),
    `#!/bin/sh\necho "$*" >> ${calls}\n` +
      `case "$1" in ssm) echo arn:of:secret ;; *) cat ${join(folder, 'secret')} ;; esac\n`,
  );
  // Notes every argument of the one process that sees the secret.
  writeFileSync(
    join(folder, 'python3'),
    `#!/bin/sh\nprintf '%s\\n' "$@" >> ${calls}\nexec /usr/bin/env -u PATH python3 "$@"\n`,
  );
  for (const name of ['aws', 'python3']) chmodSync(join(folder, name), 0o755);
  const userData = UserData.forLinux();
  userData.addCommands(
    ...cache.delivery.hostCommands({
      environmentFile: file,
      scriptFile: join(folder, 'redis-env'),
    }),
  );
  const text = userData.render();
  const PATH = `${folder}:${process.env.PATH}`;
  const ran = spawnSync('sh', ['-c', text], { env: { PATH }, encoding: 'utf8' });
  noteOutput(`${text}${ran.stdout}${ran.stderr}${readFileSync(calls, 'utf8')}`);
  return { ...ran, file, folder, calls: readFileSync(calls, 'utf8') };
}

describe('The script on a machine', () => {
  test('does not write a file before the first rotation, and says why', () => {
    const { status, stderr, file, folder } = runOn(
      beside().cache,
      JSON.stringify({ username: 'default', password: PASSWORD.reveal() }),
    );
    expect(stderr).toBe(
      'redis-env: the secret cannot be read, or has no url: it has one from its first rotation ' +
        'on; try again then\n',
    );
    expect(status).toBe(0);
    expect(existsSync(file)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith('redis.env'))).toEqual([]);
  });

  test('nor does it quote a secret that somebody has broken', () => {
    const { stderr, file } = runOn(beside().cache, `{"password": ${PASSWORD.reveal()}`);
    expect(stderr).toMatch(/^redis-env: the secret cannot be read.*\n$/);
    expect(existsSync(file)).toBe(false);
  });

  test('writes the connection, encoded, to a file of mode 600', () => {
    const { status, stderr, file, folder } = runOn(beside().cache, SECRET);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(
      'REDIS_PASSWORD=on-a-machine-!&#$^<>-0123456789\n' +
        `REDIS_URL=${URL}master.example:6380/0\nREDIS_READER_URL=${URL}replica.example:6380/0\n`,
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.startsWith('redis.env'))).toHaveLength(1);
  });

  test('and REDIS_CLUSTER of a sharded cache', () => {
    const { file } = runOn(beside({ topology: Topology.sharded({ shards: 2 }) }).cache, SECRET);
    expect(readFileSync(file, 'utf8')).toMatch(/\nREDIS_CLUSTER=true\n$/);
  });

  test('finds the secret by the parameter, with no password in an argument', () => {
    const { calls } = runOn(beside().cache, SECRET);
    expect(calls).toContain(
      'ssm get-parameter --name /secure-redis-test/Cache/CredentialsSecretAr',
    );
    expect(calls).toContain('secretsmanager get-secret-value --secret-id arn:of:secret --query');
    expect(calls).toContain('\nREDIS_URL=url\n');
    expect(calls).not.toContain('on-a-machine');
  });
});
