/** Runs preflight against AWS, in the region of the stage or of --region. */

import type { Where } from '../aws/aws';
import type { StackTemplate } from '../template/stack-template';
import type { CommandResult, Screen } from '../terminal/screen';
import { awsAccount } from './aws-account';
import { preflight, regionOf } from './preflight';

export function preflightOnAws(
  stacks: readonly StackTemplate[],
  of: string,
  { region, profile }: Where,
  screen: Screen,
): Promise<CommandResult> {
  const account = awsAccount({ profile, region: regionOf(stacks, region) });
  return preflight(stacks, of, account, screen);
}
