/**
 * Preflight on the templates of this repository's stages, before their first deploy and after it.
 */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readTemplates } from '../../cli/template/read-templates';
import { synthesize } from '../../cli/template/synthesize';
import { deployedTemplates } from '../../rehearsal/aws/deployed-templates';
import { localForAll } from '../support/local-for-all';
import { preflightOn } from '../support/preflight-run';
import { temporaryFolder } from '../support/temporary-folder';

const { answer } = preflightOn(localForAll());
const folder = temporaryFolder('preflight-stages');

beforeAll(() => synthesize(join(__dirname, '../..'), 'prod', folder), 60_000);

const stacks = () =>
  readTemplates(
    readdirSync(folder)
      .filter((name) => name.endsWith('.template.json'))
      .map((name) => join(folder, name)),
  );

const linesOf = (lines: readonly string[]) => lines.map((line) => line.replace(/ {2,}/, '  '));

test('a first deploy of prod fits', async () => {
  const { lines, exitCode } = await answer({ stacks: stacks() });
  expect(linesOf(lines)).toStrictEqual(
    expect.arrayContaining([
      'fine  Lambda concurrency: 1000 of 1000 are unreserved, the functions reserve 3',
      'fine  VPCs: 1 VPCs in the region and 1 more, of 5',
      'fine  ElastiCache nodes: 2 nodes in the region and 11 more, of 300',
      'fine  node type cache.r7g.large: offered in us-east-1, and by EC2 in us-east-1a, ' +
        'us-east-1b and us-east-1c',
      'fine  endpoint service com.amazonaws.us-east-1.elasticache: offered in us-east-1a, ' +
        'us-east-1b and us-east-1c',
      'fine  rotation of secure-redis-prod-jobs/Cache: the first deploy rotates the ' +
        'initial password',
      '30 fine, 0 will fail, 2 cannot tell',
    ]),
  );
  expect(exitCode).toBe(0);
});

test('a second deploy of prod adds nothing', async () => {
  const { lines } = await answer({
    stacks: stacks(),
    account: (account) => {
      account.templates = deployedTemplates(folder);
    },
  });
  expect(linesOf(lines)).toStrictEqual(
    expect.arrayContaining([
      'fine  Lambda concurrency: the deploy reserves no concurrency',
      'fine  VPCs: the deploy adds no VPCs in the region',
      'fine  ElastiCache nodes: the deploy adds no nodes in the region',
    ]),
  );
});
