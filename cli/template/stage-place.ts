/**
 * Account and region in the stage file of a cache, if the command runs in the folder of `config`.
 * No command reads or changes a cache of another account or region.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../aws/cloud';
import { jsonOf } from './json-file';

export interface PlaceInFile {
  /** Such as config/prod.json. Absent if this cache has no stage file. */
  readonly file?: string;
  readonly account?: string;
  readonly region?: string;
}

/** The stack names of `Fleet`; a stage has no hyphen in its name. */
const STACK_OF_STAGE = /^secure-redis-([a-z][a-z0-9]{0,19})-/;

/** The account of the rehearsal, which is no AWS account. */
const REHEARSAL_ACCOUNT = '000000000000';

/**
 * `name` is the name of a cache: `secure-redis-prod-jobs/Cache`. @throws CliError on invalid JSON
 */
export function stagePlaceOf(name: string, folder = process.cwd()): PlaceInFile {
  const [, stage] = STACK_OF_STAGE.exec(name) ?? [];
  const file = `config/${stage}.json`;
  if (stage === undefined || !existsSync(join(folder, file))) return {};
  const advice = 'Correct it, or run the command in another folder.';
  const content = jsonOf(join(folder, file), 'the stage file must be JSON', advice);
  const { account, region } = (content ?? {}) as Readonly<Record<string, unknown>>;
  return {
    file,
    ...(typeof account === 'string' && { account }),
    ...(typeof region === 'string' && { region }),
  };
}

/**
 * The region of the stage, as for `cdk deploy`. @throws CliError if --region names another region
 */
export function regionIn(
  { file, region }: PlaceInFile,
  asked: string | undefined,
): string | undefined {
  if (region === undefined || asked === undefined || asked === region) return region ?? asked;
  throw new CliError(
    `--region must be ${region}, which ${file} names, got ${asked}. Leave it out, or correct the ` +
      'stage file.',
  );
}

/** A hint for an error where no parameter is published. */
export function placeHint({ file, account, region }: PlaceInFile): string {
  if (account === undefined && region === undefined) return '';
  const named = [account && `account ${account}`, region].filter(Boolean).join(' in ');
  return ` ${file} names ${named}.`;
}

/**
 * A cache without a secret is accepted: nothing that it publishes names an account.
 *
 * @throws CliError if the secret is in another account than the stage
 */
export function checkAccount({ file, account }: PlaceInFile, secretArn: string | undefined): void {
  if (secretArn === undefined) return;
  const found = secretArn.split(':')[4];
  if (account === undefined || found === account || found === REHEARSAL_ACCOUNT) return;
  throw new CliError(
    `the credentials must be of account ${account}, which ${file} names, got those of ${found}. ` +
      'Choose others with --profile.',
  );
}
