/**
 * The connection on a machine: a script that writes it to a file of environment variables, for a
 * service to start with. User data and scripts hold the name of a parameter and nothing secret.
 *
 * The password goes through pipes into a file that only root reads: it is never an argument, and
 * never an environment variable of a process that is not the application's.
 */

import { APPLICATION_ENV } from '../../contract/application-env';
import type { IRedisAccess } from '../access/redis-access';
import { TEXT } from '../settings/value-kinds';
import type { Kinds } from '../validation/kinds';
import { SettingError } from '../validation/setting-error';
import { SecretKey } from './secret-key';

export interface HostScriptProps {
  /**
   * The file of environment variables, which root alone may read. A folder in memory is best.
   *
   * @default '/run/redis.env'
   */
  readonly environmentFile?: string;

  /**
   * Where the script is put.
   *
   * @default '/usr/local/sbin/redis-env'
   */
  readonly scriptFile?: string;
}

export const HOST_KINDS: Kinds<HostScriptProps> = { environmentFile: TEXT, scriptFile: TEXT };

/** Absolute, and the same in a shell as it is. */
const PATH = /^(\/[A-Za-z0-9._-]+)+$/;
const END = 'END_OF_REDIS_ENV';

/** Reads the secret from stdin; its arguments are `NAME=key`. Errors quote nothing of it. */
const PYTHON = [
  'import json, sys',
  'try:',
  '    secret = json.load(sys.stdin)',
  '    pairs = [each.split("=") for each in sys.argv[1:]]',
  '    lines = [name + "=" + secret[key] for name, key in pairs]',
  'except Exception:',
  '    sys.exit("redis-env: the secret cannot be read, or has no url: it has one from its first "',
  '             "rotation on; try again then")',
  'print("\\n".join(lines))',
];

/** Commands that put the script in place and run it once. @throws SettingError */
export function hostCommands(cache: IRedisAccess, props: HostScriptProps = {}): string[] {
  const { environmentFile = '/run/redis.env', scriptFile = '/usr/local/sbin/redis-env' } = props;
  checkPath(cache, 'environmentFile', environmentFile);
  checkPath(cache, 'scriptFile', scriptFile);
  return [
    `cat > ${scriptFile} <<'${END}'`,
    ...hostScript(cache, environmentFile),
    END,
    `chmod 755 ${scriptFile}`,
    // A machine may be there before the first rotation has ended: it starts all the same.
    `${scriptFile} || true`,
  ];
}

function hostScript(cache: IRedisAccess, environmentFile: string): string[] {
  const { region } = cache.env;
  const variables = [
    `${APPLICATION_ENV.url}=${SecretKey.URL}`,
    `${APPLICATION_ENV.readerUrl}=${SecretKey.READER_URL}`,
  ];
  const cluster = `printf '%s\\n' '${APPLICATION_ENV.cluster}=true' >> "$new"`;
  return [
    '#!/bin/sh',
    '# Writes the connection of a cache to a file, for EnvironmentFile= of systemd. Not secret.',
    'set -eu',
    `file='${environmentFile}' name='${cache.parameterPath}/CredentialsSecretArn'`,
    `export AWS_DEFAULT_REGION='${region}' AWS_PAGER=''`,
    'arn=$(aws ssm get-parameter --name "$name" --query Parameter.Value --output text)',
    // Of mode 600 by itself, and so is what it becomes.
    'new=$(mktemp "$file.XXXXXX")',
    `trap 'rm -f "$new"' EXIT`,
    'aws secretsmanager get-secret-value --secret-id "$arn" --query SecretString --output text |',
    `  python3 -c '${PYTHON.join('\n')}' ${variables.join(' ')} > "$new"`,
    ...(cache.isSharded ? [cluster] : []),
    'mv "$new" "$file"',
  ];
}

function checkPath({ node }: IRedisAccess, setting: string, path: string): void {
  if (PATH.test(path)) return;
  throw new SettingError(
    `${node.path}.delivery: \`${setting}\` must be an absolute path of letters, digits, ., _ ` +
      `and -, got ${JSON.stringify(path)}. Choose another one.`,
  );
}
