/**
 * Proves about `npx secure-redis preflight` that it exits with 1 only if something will fail, and
 * that a permission that is missing is no error.
 */

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localForAll } from '../support/local-for-all';
import { deny, preflightOn } from '../support/preflight-run';
import { template } from '../support/preflight-template';
import { runCli } from '../support/run-cli';
import { temporaryFolder } from '../support/temporary-folder';

const local = localForAll();
const { answer } = preflightOn(local);

describe('The command', () => {
  function templateFile(stack: ReturnType<typeof template>): string {
    const file = join(mkdtempSync(join(temporaryFolder('preflight'), 'x')), 'test.template.json');
    writeFileSync(
      file,
      JSON.stringify({ Resources: stack.resources, Parameters: stack.parameters }),
    );
    return file;
  }
  const run = (args: readonly string[]) =>
    runCli(local().deployment.plane, ['preflight', ...args], {});

  test('ends with a count, and exit code 0 although something cannot be told', async () => {
    const { code, out, err } = await run(['--template', templateFile(template())]);
    expect(err).toBe('');
    expect(out).toMatch(/^templates: before a deploy to 000000000000, us-east-1\n\n/);
    expect(out).toMatch(/\n17 fine, 0 will fail, 2 cannot tell\n$/);
    expect(code).toBe(0);
  });

  test('exits with 1 if something will fail', async () => {
    local().deployment.account.bootstrap = undefined;
    const { code, out } = await run(['--template', templateFile(template()), '--json']);
    const { account, findings } = JSON.parse(out);
    expect(account).toBe('000000000000');
    expect(findings.filter(({ outcome }: { outcome: string }) => outcome === 'will fail')).toEqual([
      expect.objectContaining({ what: 'cdk bootstrap' }),
    ]);
    expect(code).toBe(1);
  });

  test('is no error without any of the permissions that docs/deploy.md lists', async () => {
    const page = readFileSync(join(__dirname, '../../docs/deploy.md'), 'utf8');
    const [, list = ''] = /## Permissions of preflight\n.*?```json\n(.*?)```/s.exec(page) ?? [];
    const all: readonly string[] = JSON.parse(list);
    const { exitCode, lines: printed } = await answer({ account: deny(...all) });
    expect(printed.at(0)).toBe('test: before a deploy to an unknown account, us-east-1');
    expect(printed.filter((line) => line.startsWith('will fail'))).toStrictEqual([]);
    // What needs no answer of AWS.
    const fine = printed.filter((line) => line.startsWith('fine'));
    expect(fine.map((line) => line.split(':')[0]?.slice(13))).toStrictEqual([
      'VPC',
      'interface endpoints',
      'rules per security group',
      'private DNS of endpoints',
      'topic of the alarms',
    ]);
    expect(exitCode).toBe(0);
  });

  test('is refused in another region than that of the stage, before AWS is asked', async () => {
    const folder = mkdtempSync(join(temporaryFolder('preflight'), 'y'));
    const file = join(folder, 'test.template.json');
    writeFileSync(file, JSON.stringify({ Resources: {} }));
    const artifacts = { test: { environment: 'aws://000000000000/eu-central-1' } };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts }));
    const calls = local().deployment.plane.calls;
    const { code, err } = await run(['--template', file, '--region', 'us-east-1']);
    expect(err).toBe(
      '--region must be eu-central-1, which the stage names, got us-east-1. Leave it out, or ' +
        'correct the stage file.\n',
    );
    expect([code, local().deployment.plane.calls]).toStrictEqual([2, calls]);
  });

  test('is an error where AWS is not reached', async () => {
    const { plane } = local().deployment;
    const args = ['preflight', '--template', templateFile(template())];
    const ran = await runCli(plane, args, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
    expect(ran.err).toMatch(/^GetCallerIdentity failed: ECONNREFUSED, .*AWS cannot be reached/);
    expect(ran.code).toBe(2);
  });
});
