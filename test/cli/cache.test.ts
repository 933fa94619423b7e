/** Published parameters of a cache: valid values are used, edited values refused with a reason. */

import type { Cloud } from '../../cli/aws/cloud';
import { findCache } from '../../cli/rotation/cache';

const GOOD: Readonly<Record<string, string>> = {
  CredentialsSecretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:Cache/One-AbCdEf',
  RotationFunctionName: 'secure-redis-prod-jobs-CacheRotationFunction-1a2B3c',
  Endpoint: 'master.jobs.abc123.euc1.cache.amazonaws.com',
  ReaderEndpoint: 'replica.jobs.abc123.euc1.cache.amazonaws.com',
  Port: '6380',
};

const found = (change: Readonly<Record<string, string>> = {}) => {
  const published = async () => ({ ...GOOD, ...change });
  return findCache({ published } as unknown as Cloud, 'jobs');
};

describe('Published values are accepted', () => {
  test.each([['1'], ['1024'], ['6380'], ['65535']])('port %s', async (Port) => {
    expect((await found({ Port })).port).toBe(Number(Port));
  });

  test.each([
    ['arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:jobs-AbCdEf'],
    ['arn:aws-us-gov:secretsmanager:us-gov-west-1:111122223333:secret:jobs-AbCdEf'],
  ])('secret %s', async (CredentialsSecretArn) => {
    expect((await found({ CredentialsSecretArn })).secretArn).toBe(CredentialsSecretArn);
  });

  test('the host of the rehearsal', async () => {
    expect((await found({ Endpoint: 'localhost' })).host).toBe('localhost');
  });
});

describe('Edited values are refused, with the allowed values and advice', () => {
  const ports = ['', '0', '-1', '70000', '65536', '63.8', 'NaN', 'redis', '6380 ', '0x18ec'];
  const more = ['1e3', '06380', '6380\n', '6380/1', 'Infinity', '99999999999999999999'];
  test.each([...ports, ...more])('port %j', async (Port) => {
    await expect(found({ Port })).rejects.toThrow(
      `the SSM parameter /jobs/Cache/Port must be a TCP port from 1 to 65535, got ` +
        `${JSON.stringify(Port)}. It was edited: deploy the stack with`,
    );
  });

  test.each([
    ['Endpoint', 'a host\nREDIS_URL=redis://elsewhere'],
    ['Endpoint', ''],
    ['Endpoint', 'user@elsewhere'],
    ['Endpoint', 'host/path'],
    ['ReaderEndpoint', 'host:6380'],
    ['ReaderEndpoint', '$(id)'],
    ['CredentialsSecretArn', 'jobs'],
    ['CredentialsSecretArn', 'arn:aws:secretsmanager:eu-central-1:1:secret:jobs'],
    ['RotationFunctionName', 'a function'],
    ['RotationFunctionName', '\u001b[2J'],
  ])('%s %j', async (name, value) => {
    const shown = JSON.stringify(value);
    await expect(found({ [name]: value })).rejects.toThrow(`/jobs/Cache/${name} must be `);
    await expect(found({ [name]: value })).rejects.toThrow(`, got ${shown}. `);
  });

  test('a text that is longer than a line is not shown', async () => {
    const Endpoint = `${'a'.repeat(300)}.com`;
    await expect(found({ Endpoint })).rejects.toThrow(', got a text of 304 characters. ');
  });
});
