/**
 * Runs preflight on templates of a test against the control plane of a rehearsal, whose account the
 * test changes, and compares the lines of one check.
 */

import type { AwsAccount } from '../../cli/preflight/account';
import { awsAccount } from '../../cli/preflight/aws-account';
import { preflight } from '../../cli/preflight/preflight';
import type { StackTemplate } from '../../cli/template/stack-template';
import { Screen } from '../../cli/terminal/screen';
import { type Account, newAccount } from '../../rehearsal/aws/account';
import type { LocalDeployment } from './local-deployment';
import { template } from './preflight-template';

const COLUMN = 'cannot tell  '.length;

/** What is so, and what the deploy is of. */
export interface Case {
  readonly stacks?: readonly StackTemplate[];
  readonly account?: (account: Account) => unknown;
  /** Stacks that exist already, as CloudFormation has them. */
  readonly deployed?: readonly StackTemplate[];
  /** What AWS answers otherwise than the rehearsal. */
  readonly instead?: Partial<AwsAccount>;
}

/** `expected` is what the lines hold, the outcome first. */
export type Row = readonly [name: string, expected: string | readonly string[], given: Case];

/** To be called once per file of tests. */
export function preflightOn(local: () => LocalDeployment) {
  const before = { ...process.env };
  beforeEach(() => {
    const { plane, account } = local().deployment;
    Object.assign(account, newAccount());
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: plane.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: plane.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: plane.credentials.secretAccessKey,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    });
  });
  afterEach(() => {
    process.env = { ...before };
  });

  /** All that preflight answers. */
  async function answer({ stacks = [template()], account, deployed, instead }: Case) {
    const ofRun = local().deployment.account;
    account?.(ofRun);
    for (const { stack, resources } of deployed ?? []) {
      ofRun.templates[stack] = JSON.stringify({ Resources: resources });
    }
    const asked = { ...awsAccount({}), ...instead };
    return preflight(stacks, 'test', asked, new Screen(false));
  }

  async function lines(subject: string, given: Case): Promise<readonly string[]> {
    const { lines: all } = await answer(given);
    return all
      .filter((line) => line.slice(COLUMN).startsWith(subject))
      .map((line) => line.replace(/ {2,}/, '  '));
  }

  /** A test per row: the lines of the check whose subject begins so. */
  function rows(subject: string, cases: readonly Row[]): void {
    test.each(cases)(`${subject}: %s`, async (_, expected, given) => {
      const wanted = typeof expected === 'string' ? [expected] : expected;
      expect(await lines(subject, given)).toStrictEqual(
        wanted.map((each) => expect.stringContaining(each)),
      );
    });
  }
  return { answer, lines, rows };
}

export const deny =
  (...permissions: readonly string[]) =>
  (account: Account) => {
    account.denied = [...permissions];
  };

/** Changes of the account. */
export const having = (changes: Partial<Account>) => (account: Account) =>
  Object.assign(account, changes);
