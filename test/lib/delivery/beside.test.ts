/**
 * All deliveries together: the cache does not change, no template contains a secret, and cdk-nag
 * finds nothing.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnResource, CloudFormationValidatePlugin, Validations } from 'aws-cdk-lib/core';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
} from 'cdk-nag';
import { EcsRedeployment } from '../../../lib';
import { type Beside, beside, makeFunction, makeService } from '../../support/applications';
import { flatten } from '../../support/flatten';
import { makeStack, templateOf } from '../../support/synth';

function deliver({ cache, shop }: Beside, isRedeployed: boolean): void {
  const service = makeService(shop, cache);
  cache.delivery.toFunction(makeFunction(shop, cache));
  const role = new Role(shop, 'Host', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  cache.delivery.toHost(role);
  const Commands = cache.delivery.hostCommands();
  const Manifests = cache.delivery.externalSecrets({ namespace: 'shop' });
  new CfnResource(shop, 'Other', { type: 'Test::Other', properties: { Commands, Manifests } });
  if (isRedeployed) new EcsRedeployment(shop, 'Redeployment', { cache, services: [service] });
}

/** What a stack publishes for others is no resource of it. */
function withoutExports(template: ReturnType<typeof templateOf>): object {
  const Outputs = Object.entries(template.Outputs).filter(([id]) => !id.startsWith('PublishOut'));
  return { ...template, Outputs: Object.fromEntries(Outputs) };
}

const LOG_GROUPS = 'kms:EncryptionContext:aws:logs:arn';

/** The log groups that the key may encrypt. */
function logGroups(template: object): readonly unknown[] {
  const found: unknown[] = [];
  JSON.stringify(flatten(template), (key, value) => {
    if (key === LOG_GROUPS) found.push(value);
    return value;
  });
  return found.flat();
}

function withoutLogGroups(template: object): object {
  return JSON.parse(
    JSON.stringify(template, (key, value) => (key === LOG_GROUPS ? undefined : value)),
  );
}

describe('The cache is as it is without deliveries', () => {
  const alone = templateOf(makeStack());

  test('the whole of its template, but for what it publishes for the other stack', () => {
    const made = beside();
    deliver(made, false);
    const delivered = templateOf(made.cacheStack);
    expect(withoutExports(delivered)).toEqual(alone);
    const published = Object.keys(delivered.Outputs).filter((id) => !(id in alone.Outputs));
    expect(published.map((id) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'PublishOutputFnGetAttCacheClientSecurityGroup119D00BBGroupId',
      'PublishOutputFnGetAttCacheKeyCDF9DE27Arn',
      'PublishOutputRefCacheNetworkVpcIsolatedSubnet1Subnet980F8A43',
      'PublishOutputRefCacheNetworkVpcIsolatedSubnet2SubnetCD9357E0',
      'PublishOutputRefCacheSecretsCredentialsCB62D1C9',
    ]);
  });

  test('with a redeployment, but for the name of the stack whose log its key encrypts', () => {
    const made = beside();
    deliver(made, true);
    const delivered = withoutExports(templateOf(made.cacheStack));
    expect(logGroups(delivered)).toEqual([
      expect.stringMatching(/:log-group:secure-redis-test-\*$/),
      expect.stringMatching(/:log-group:shop-\*$/),
    ]);
    expect(logGroups(alone)).toHaveLength(1);
    expect(withoutLogGroups(delivered)).toEqual(withoutLogGroups(alone));
  });
});

describe('Nothing secret is in the template of an application', () => {
  test('no reference that CloudFormation would resolve to the value', () => {
    const made = beside();
    deliver(made, true);
    const text = JSON.stringify(templateOf(made.shop));
    expect(text).toContain(':url::');
    expect(text).not.toMatch(/\{\{resolve:|rediss?:\/\//);
  });
});

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly Violation[];
    readonly suppressedViolations?: readonly Violation[];
  }[];
}

interface Violation {
  readonly ruleName: string;
  readonly reason?: string;
}

describe('The reviewers’ tools find nothing in a redeployment', () => {
  test('that is not acknowledged with a reason', () => {
    const made = beside();
    const { app, cache, shop } = made;
    Validations.of(app).addPlugins(
      new CloudFormationValidatePlugin(),
      new AwsSolutionsChecks(app),
      new HIPAASecurityChecks(app),
      new NIST80053R5Checks(app),
      new PCIDSS321Checks(app),
      new ServerlessChecks(app),
    );
    new EcsRedeployment(shop, 'Redeployment', { cache, services: [makeService(shop, cache)] });
    expect(() => app.synth()).toThrow();
    const report: Report = JSON.parse(
      readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'),
    );
    const found = (which: 'violations' | 'suppressedViolations') =>
      report.pluginReports
        .flatMap((each) => each[which] ?? [])
        .filter((each) => JSON.stringify(each).includes('Shop/Redeployment'));
    expect(found('violations')).toEqual([]);
    const acknowledged = found('suppressedViolations');
    expect(acknowledged.map(({ ruleName }) => ruleName).sort()).toEqual([
      'AwsSolutions-IAM5[Resource::*]',
      'AwsSolutions-SF2',
      'Serverless-EventBusDLQ',
      'Serverless-StepFunctionStateMachineXray',
    ]);
    for (const { reason } of acknowledged) expect(reason).toMatch(/.{60}/);
  });
});
