/**
 * Delivery to Kubernetes: manifests for the External Secrets Operator without a secret, with a
 * refresh within the grace period and valid names.
 */

import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnResource, Duration } from 'aws-cdk-lib/core';
import { type ExternalSecretsProps, SecretKey, SettingError } from '../../../lib';
import {
  allowedIn,
  type Beside,
  beside,
  ofType,
  READS_SECRET,
  waitsFor,
} from '../../support/applications';

/** As `cluster.addManifest` hands it to CloudFormation: with references in it. */
function applied({ cache, shop }: Beside, props: ExternalSecretsProps) {
  const Manifest = cache.delivery.externalSecrets(props);
  new CfnResource(shop, 'Manifest', { type: 'Test::Manifest', properties: { Manifest } });
  return ofType(shop, 'Test::Manifest')[0]?.Manifest as readonly object[];
}

function refreshed(graceDays: number, refreshInterval?: Duration) {
  const { cache } = beside({ gracePeriod: Duration.days(graceDays) });
  const [, secret] = cache.delivery.externalSecrets({ namespace: 'shop', refreshInterval });
  return Object.entries(secret?.spec ?? {}).find(([key]) => key === 'refreshInterval')?.[1];
}

describe('What Kubernetes would refuse is refused at synth', () => {
  const label = '1 to 63 small letters, digits and -, no - at an end (DNS-1123)';
  const subdomain =
    '1 to 253 small letters, digits, - and ., each part with a letter or digit at its ends ' +
    '(DNS-1123)';
  test.each<[Partial<ExternalSecretsProps>, string, string, string]>([
    [{ namespace: 'Shop' }, '`namespace`', '"Shop"', label],
    [{ namespace: 'a.b' }, '`namespace`', '"a.b"', label],
    [{ namespace: '' }, '`namespace`', '""', label],
    [{ namespace: 'a'.repeat(64) }, '`namespace`', `"${'a'.repeat(64)}"`, label],
    [{ secretName: 'redis_url' }, '`secretName`', '"redis_url"', subdomain],
    [{ secretName: 'a..b' }, '`secretName`', '"a..b"', subdomain],
    [{ secretName: 'a'.repeat(254) }, '`secretName`', `"${'a'.repeat(254)}"`, subdomain],
    [{ storeName: '-redis' }, '`storeName`', '"-redis"', subdomain],
    [{ serviceAccountName: '' }, '`serviceAccountName`', '""', subdomain],
  ])('%j', (props, name, given, allowed) => {
    const make = () => beside().cache.delivery.externalSecrets({ namespace: 'shop', ...props });
    expect(make).toThrow(SettingError);
    expect(make).toThrow(`${name} must be ${allowed}, got ${given}. Take the name`);
  });

  test('all of it at once', () => {
    const { delivery } = beside().cache;
    const make = () => delivery.externalSecrets({ namespace: 'A', secretName: 'B' });
    expect(make).toThrow(
      new RegExp(
        ['`namespace` must.* got "A".*', '`secretName` must.* got "B".*', '`storeName` must.*']
          .map((line) => `^Test/Cache.delivery: ${line}$`)
          .join('\n'),
        'm',
      ),
    );
  });
});

describe('A copy is refreshed while the previous password is accepted', () => {
  test.each([
    ['shorter than a minute', Duration.seconds(59)],
    ['longer than half of the grace period', Duration.days(3.5).plus(Duration.seconds(1))],
    ['of parts of seconds', Duration.millis(90_500)],
  ])('an interval %s is refused', (_, interval) => {
    expect(() => refreshed(7, interval)).toThrow(SettingError);
    expect(() => refreshed(7, interval)).toThrow(
      'must be an integer from 60 to 302400 seconds, half of the grace period',
    );
  });

  test('a cache without a grace period is refused', () => {
    expect(() => refreshed(0)).toThrow(SettingError);
    expect(() => refreshed(0)).toThrow(/`gracePeriod` must be 1 day or more .*, got 0 days/);
  });

  test.each([
    [7, undefined, '1h0m0s'],
    [1, undefined, '1h0m0s'],
    [7, Duration.seconds(60), '1m0s'],
    [7, Duration.seconds(5430), '1h30m30s'],
    [7, Duration.hours(84), '84h0m0s'],
    [1, Duration.hours(12), '12h0m0s'],
  ])('%j days, %s: %s', (days, interval, expected) => {
    expect(refreshed(days, interval)).toBe(expected);
  });
});

describe('The manifests', () => {
  const store = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'SecretStore',
    metadata: { name: 'redis', namespace: 'shop' },
    spec: { provider: { aws: { service: 'SecretsManager', region: '<AWS::Region>' } } },
  };
  const secret = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'redis', namespace: 'shop' },
    spec: {
      refreshPolicy: 'Periodic',
      refreshInterval: '1h0m0s',
      secretStoreRef: { kind: 'SecretStore', name: 'redis' },
      target: { name: 'redis', creationPolicy: 'Owner', deletionPolicy: 'Retain' },
      data: [
        { secretKey: 'REDIS_URL', remoteRef: { key: '<secret>', property: 'url' } },
        { secretKey: 'REDIS_READER_URL', remoteRef: { key: '<secret>', property: 'readerUrl' } },
      ],
    },
  };

  test('with the identity of the operator, and REDIS_URL and REDIS_READER_URL', () => {
    expect(applied(beside(), { namespace: 'shop' })).toEqual([store, secret]);
  });

  test('with a service account, and other names and keys', () => {
    const made = applied(beside(), {
      namespace: 'shop',
      serviceAccountName: 'shop.reader',
      secretName: 'cache',
      storeName: 'aws',
      variables: { PASSWORD: SecretKey.PASSWORD },
    });
    const auth = { jwt: { serviceAccountRef: { name: 'shop.reader' } } };
    expect(made).toEqual([
      {
        ...store,
        metadata: { name: 'aws', namespace: 'shop' },
        spec: { provider: { aws: { ...store.spec.provider.aws, auth } } },
      },
      {
        ...secret,
        metadata: { name: 'cache', namespace: 'shop' },
        spec: {
          ...secret.spec,
          secretStoreRef: { kind: 'SecretStore', name: 'aws' },
          target: { ...secret.spec.target, name: 'cache' },
          data: [{ secretKey: 'PASSWORD', remoteRef: { key: '<secret>', property: 'password' } }],
        },
      },
    ]);
  });
});

describe('The role of a pod reads this secret, and nothing else is allowed', () => {
  test('and its stack waits for the one of the cache, in one direction', () => {
    const made = beside();
    const { app, cache, cacheStack, shop } = made;
    const assumedBy = new ServicePrincipal('pods.eks.amazonaws.com');
    cache.grantRead(new Role(shop, 'Role', { assumedBy })).assertSuccess();
    applied(made, { namespace: 'shop' });
    expect(allowedIn(shop)).toEqual(READS_SECRET);
    expect(waitsFor(app, shop)).toEqual(['Test']);
    expect(cacheStack.dependencies).toEqual([]);
  });
});
