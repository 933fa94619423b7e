/**
 * A command on a cache of a stage uses the stage's region, and refuses credentials of another
 * account before any other call; `cost` names the region of its prices.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '../../cli/aws/cloud';
import { cost } from '../../cli/cost/cost';
import { pricesOf } from '../../cli/cost/prices';
import { findCache } from '../../cli/rotation/cache';
import { checkAccount, placeHint, regionIn, stagePlaceOf } from '../../cli/template/stage-place';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder('stages');
mkdirSync(join(folder, 'config'));
const write = (stage: string, text: string) =>
  writeFileSync(join(folder, `config/${stage}.json`), text);
write('prod', '{"account":"111122223333","region":"eu-central-1","caches":{}}');
write('dev', '{"caches":{}}');
write('bad', '{');

const PROD = { file: 'config/prod.json', account: '111122223333', region: 'eu-central-1' };
const secretOf = (account: string) =>
  `arn:aws:secretsmanager:eu-central-1:${account}:secret:Cache-AbCdEf`;

describe('The place of a cache is that of its stage file', () => {
  test.each([
    ['secure-redis-prod-jobs/Cache', PROD],
    ['secure-redis-prod-eu-jobs/Cache', PROD],
    ['secure-redis-dev-main/Cache', { file: 'config/dev.json' }],
    ['secure-redis-none-main/Cache', {}],
    ['secure-redis-prod/Cache', {}],
    ['shop-prod/Cache', {}],
  ])('%s', (name, place) => {
    expect(stagePlaceOf(name, folder)).toStrictEqual(place);
  });

  test('a file that is not JSON is reported, with advice', () => {
    expect(() => stagePlaceOf('secure-redis-bad-x/Cache', folder)).toThrow(
      /^the stage file must be JSON, got text that is not JSON from .*bad\.json\. Correct it, or /,
    );
  });
});

describe('Another account or region is refused', () => {
  test.each([
    [PROD, undefined, 'eu-central-1'],
    [PROD, 'eu-central-1', 'eu-central-1'],
    [{}, 'us-east-1', 'us-east-1'],
    [{}, undefined, undefined],
  ])('%j with --region %s is %s', (place, asked, region) => {
    expect(regionIn(place, asked)).toBe(region);
  });

  test('by its option', () => {
    expect(() => regionIn(PROD, 'us-east-1')).toThrow(
      '--region must be eu-central-1, which config/prod.json names, got us-east-1. Leave it out, ' +
        'or correct the stage file.',
    );
  });

  test('by the account of the secret, but not of the rehearsal', () => {
    expect(() => checkAccount(PROD, secretOf('444455556666'))).toThrow(
      'the credentials must be of account 111122223333, which config/prod.json names, got those ' +
        'of 444455556666. Choose others with --profile.',
    );
    for (const account of ['111122223333', '000000000000']) {
      expect(() => checkAccount(PROD, secretOf(account))).not.toThrow();
    }
    expect(() => checkAccount({}, secretOf('444455556666'))).not.toThrow();
  });

  test('and if nothing is published, the error names the place in the stage file', async () => {
    const cloud = { published: async () => ({}) } as unknown as Cloud;
    await expect(findCache(cloud, 'secure-redis-prod-jobs', placeHint(PROD))).rejects.toThrow(
      /--profile\. config\/prod\.json names account 111122223333 in eu-central-1\.$/,
    );
    expect(placeHint({ file: 'config/dev.json' })).toBe('');
  });
});

describe('`cost` says so if its prices are those of another region', () => {
  const linesIn = (environment?: string) =>
    cost([{ stack: 's', resources: {}, ...(environment && { environment }) }], pricesOf(), 'x')
      .lines.join('\n')
      .includes('the stacks are in eu-central-1, the prices are of another region');

  test.each([
    ['aws://111122223333/eu-central-1', true],
    ['aws://unknown-account/eu-central-1', true],
    ['aws://111122223333/us-east-1', false],
    ['aws://111122223333/unknown-region', false],
    [undefined, false],
  ])('%s', (environment, isSaid) => {
    expect(linesIn(environment)).toBe(isSaid);
  });
});
