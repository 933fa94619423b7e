/**
 * The rehearsal's ElastiCache refuses what AWS refuses, also after overrides, and its nodes refuse
 * blocked commands.
 */

import type { Blueprint } from '../../rehearsal/aws/blueprint';
import type { Deployment } from '../../rehearsal/aws/deployment';
import { checkCommandsAreBlocked } from '../../rehearsal/checks/blocked-check';
import { checkNodeParameters } from '../../rehearsal/checks/checks';
import { logIn } from '../../rehearsal/redis/probe';
import { blockedCommandsOf } from '../../rehearsal/redis/redis-parameters';
import { first, GROUP } from '../lib/claims/claim';
import { BLUEPRINT, startLocally } from '../support/local-deployment';
import { templateBlueprint } from '../support/template-blueprint';

describe('A deploy that AWS refuses', () => {
  test('ends with AWS’s error, before any server starts', async () => {
    const refusal = {
      property: 'CacheNodeType',
      code: 'InvalidParameterValue',
      message: 'Invalid cache node type: ElastiCache has no node family m6i.',
    } as const;
    const blueprint: Blueprint = { ...BLUEPRINT, refusals: [refusal] };
    await expect(startLocally({ blueprint })).rejects.toMatchObject({
      name: refusal.code,
      message: refusal.message,
    });
  });

  test('is read from the template as it is rendered, after overrides', () => {
    expect(templateBlueprint().refusals).toEqual([]);
    const { refusals } = templateBlueprint((template) => {
      first(template, GROUP).DataTieringEnabled = true;
      first(template, 'AWS::ElastiCache::ParameterGroup').Properties = { activerehashing: 'no' };
    });
    expect(refusals).toEqual([
      {
        property: 'activerehashing',
        code: 'InvalidParameterValue',
        message: 'The parameter activerehashing cannot be modified.',
      },
      expect.objectContaining({ code: 'InvalidParameterCombination' }),
    ]);
  });
});

describe('Blocked commands', () => {
  let deployment: Deployment;

  beforeAll(async () => {
    const parameters = { 'rename-commands': 'FLUSHALL blocked SWAPDB blocked' };
    ({ deployment } = await startLocally({ parameters }));
    await deployment.service.rotate();
  }, 30_000);

  afterAll(async () => {
    await deployment?.stop();
  });

  const send = (...command: readonly string[]) => {
    const [node] = deployment.nodes;
    const { username, password } = deployment.credentials();
    if (!node) throw new Error('no node');
    return logIn(node, deployment.certificates.caPem, username, password, command);
  };

  test('are errors; others are not', async () => {
    expect(await send('SET', 'key', 'value')).toBe('OK');
    expect(await send('FLUSHALL')).toBe('ERR');
    expect(await send('SWAPDB', '0', '1')).toBe('ERR');
    expect(await send('GET', 'key')).toBe('value');
    expect(await send('FLUSHDB')).toBe('OK');
  });

  test('the check of the rehearsal sees it on each node, and sees one that is known', async () => {
    expect(await checkCommandsAreBlocked(deployment)).toMatchObject({
      pass: true,
      detail: 'FLUSHALL, SWAPDB on 2 nodes; known: none',
    });
    const parameters = { 'rename-commands': 'FLUSHALL blocked FLUSHDB blocked' };
    const other = Object.create(deployment, {
      blueprint: { value: { ...deployment.blueprint, parameters } },
      certificates: { value: deployment.certificates },
      nodes: { value: deployment.nodes },
      credentials: { value: () => deployment.credentials() },
    });
    expect(await checkCommandsAreBlocked(other)).toMatchObject({
      pass: false,
      detail: expect.stringContaining('known: 001 FLUSHDB, 002 FLUSHDB'),
    });
  });

  test('are no parameter that a server would have to know', async () => {
    expect((await checkNodeParameters(deployment)).detail).toContain(
      'not known to this server: none',
    );
  });

  test('a new name of a command is not played', () => {
    expect(() => blockedCommandsOf({ 'rename-commands': 'FLUSHALL hidden' })).toThrow(
      'rename-commands must be pairs of a command and "blocked", got "FLUSHALL hidden".',
    );
  });
});
