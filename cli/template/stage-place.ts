/**
 * The account and region that the stage file of a cache names, where the command runs in the folder
 * of the stage files. No command looks at, or changes, a cache of another account or region.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../aws/cloud';
import { jsonOf } from './json-file';

export interface PlaceInFile {
  /** As in config/prod.json. Absent if there is none for this cache. */
  readonly file?: string;
  readonly account?: string;
  readonly region?: string;
}

/** As `Fleet` names the stacks of a stage, which has no hyphen in its name. */
const STACK_OF_STAGE = /^secure-redis-([a-z][a-z0-9]{0,19})-/;

/** Of the rehearsal, and of no account of AWS. */
const REHEARSAL_ACCOUNT = '000000000000';

/** `name` is that of a cache: `secure-redis-prod-jobs/Cache`. @throws CliError if it is no JSON */
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

/** As `cdk deploy`, in the region of the stage. @throws CliError if another one is asked for */
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

/** What to check where nothing is published. */
export function placeHint({ file, account, region }: PlaceInFile): string {
  if (account === undefined && region === undefined) return '';
  const named = [account && `account ${account}`, region].filter(Boolean).join(' in ');
  return ` ${file} says ${named}.`;
}

/** @throws CliError if the secret that was found is in another account than the stage */
export function checkAccount({ file, account }: PlaceInFile, secretArn: string): void {
  const found = secretArn.split(':')[4];
  if (account === undefined || found === account || found === REHEARSAL_ACCOUNT) return;
  throw new CliError(
    `the credentials must be of account ${account}, which ${file} names, got those of ${found}. ` +
      'Choose others with --profile.',
  );
}
