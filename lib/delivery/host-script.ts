/**
 * The connection on a machine: a script that writes environment variables to a file for a service.
 * User data and script hold the name of a parameter, but no secret.
 *
 * The password goes through pipes into a file that only root can read: it is never an argument, nor
 * an environment variable of another process.
 */

import { APPLICATION_ENV } from '../../contract/application-env';
import { DELIVERY_DEFAULTS } from '../settings/defaults';
import { TEXT } from '../settings/value-kinds';
import { iamParameters, SECRET_PARAMETER } from '../sharing/published-parameters';
import type { IamAccess, IRedisAccess } from '../sharing/redis-access';
import type { Kinds } from '../validation/kinds';
import { SettingError } from '../validation/setting-error';
import { SecretKey } from './secret-key';

export interface HostScriptProps {
  /**
   * The file of environment variables, readable only by root. Prefer a folder in memory.
   *
   * @default '/run/redis.env'
   */
  readonly environmentFile?: string;

  /**
   * The path of the script.
   *
   * @default '/usr/local/sbin/redis-env'
   */
  readonly scriptFile?: string;
}

export const HOST_KINDS: Kinds<HostScriptProps> = { environmentFile: TEXT, scriptFile: TEXT };

/** An absolute path that needs no quotes in a shell. */
const PATH = /^(\/[A-Za-z0-9._-]+)+$/;
const END = 'END_OF_REDIS_ENV';

/** Reads the secret from stdin; its arguments are `NAME=key`. Errors never quote the secret. */
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

/** Commands that install the script and run it once. @throws SettingError */
export function hostCommands(cache: IRedisAccess, given: HostScriptProps = {}): string[] {
  const environmentFile = given.environmentFile ?? DELIVERY_DEFAULTS.environmentFile;
  const scriptFile = given.scriptFile ?? DELIVERY_DEFAULTS.scriptFile;
  checkPath(cache, 'environmentFile', environmentFile);
  checkPath(cache, 'scriptFile', scriptFile);
  return [
    `cat > ${scriptFile} <<'${END}'`,
    ...hostScript(cache, environmentFile),
    END,
    `chmod 755 ${scriptFile}`,
    // A machine may start before the first rotation has ended; that must not fail its boot.
    `${scriptFile} || true`,
  ];
}

function hostScript(cache: IRedisAccess, environmentFile: string): string[] {
  const { region } = cache.env;
  const { _iam: iam } = cache;
  const { begin, write } = iam ? ofParameters(cache, iam) : ofSecret(cache);
  const cluster = `printf '%s\\n' '${APPLICATION_ENV.cluster}=true' >> "$new"`;
  return [
    '#!/bin/sh',
    '# Writes the connection of a cache to a file, for EnvironmentFile= of systemd. Not secret.',
    'set -eu',
    `export AWS_DEFAULT_REGION='${region}' AWS_PAGER=''`,
    `file='${environmentFile}'`,
    ...begin,
    // mktemp creates it with mode 600, and `mv` keeps the mode.
    'new=$(mktemp "$file.XXXXXX")',
    `trap 'rm -f "$new"' EXIT`,
    ...write,
    ...(cache.isSharded ? [cluster] : []),
    'mv "$new" "$file"',
  ];
}

interface Parts {
  /** Before the new file is made. */
  readonly begin: readonly string[];
  readonly write: readonly string[];
}

function ofSecret(cache: IRedisAccess): Parts {
  const parameter = cache._secretParameter ?? SECRET_PARAMETER;
  const variables = [
    `${APPLICATION_ENV.password}=${SecretKey.PASSWORD}`,
    `${APPLICATION_ENV.url}=${SecretKey.URL}`,
    `${APPLICATION_ENV.readerUrl}=${SecretKey.READER_URL}`,
  ];
  return {
    begin: [
      `name='${cache.parameterPath}/${parameter}'`,
      'arn=$(aws ssm get-parameter --name "$name" --query Parameter.Value --output text)',
    ],
    write: [
      'aws secretsmanager get-secret-value --secret-id "$arn" --query SecretString --output text |',
      `  python3 -c '${PYTHON.join('\n')}' ${variables.join(' ')} > "$new"`,
    ],
  };
}

/** Of a user that logs in by IAM, for whom nothing is secret. */
function ofParameters({ parameterPath }: IRedisAccess, iam: IamAccess): Parts {
  const variables = Object.entries(iamParameters(iam.parameter));
  const written = [
    ...variables.map(([variable]) => `"${variable}=$${variable}"`),
    ...(iam.database === 0 ? [] : [`'${APPLICATION_ENV.database}=${iam.database}'`]),
  ];
  return {
    begin: [
      `path='${parameterPath}'`,
      'get() { aws ssm get-parameter --name "$path/$1" --query Parameter.Value --output text; }',
      // Assignments of their own: `set -e` ignores a failure inside of an argument.
      ...variables.map(([variable, name]) => `${variable}=$(get '${name}')`),
    ],
    write: [
      `printf '%s\\n' "${APPLICATION_ENV.region}=$AWS_DEFAULT_REGION" \\`,
      `  ${written.join(' ')} > "$new"`,
    ],
  };
}

function checkPath({ node }: IRedisAccess, setting: string, path: string): void {
  if (PATH.test(path)) return;
  throw new SettingError(
    `${node.path}.delivery: \`${setting}\` must be an absolute path of letters, digits, ., _ ` +
      `and -, got ${JSON.stringify(path)}. Choose another one.`,
  );
}
