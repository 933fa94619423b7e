/**
 * `EcsRedeployment` with wrong types, which plain JavaScript can pass, is refused by a validation
 * error and never by a TypeError.
 */

import { FargateService } from 'aws-cdk-lib/aws-ecs';
import { EcsRedeployment, SettingError } from '../../../lib';
import { beside, makeService } from '../../support/applications';

describe('Each wrong service, cache or duration is reported in one line', () => {
  const { cache, shop } = beside();
  const web = makeService(shop, cache, 'Web');
  const arn = 'arn:aws:ecs:eu-west-1:111111111111:service/cluster/web';
  const imported = FargateService.fromFargateServiceArn(shop, 'Imported', arn);
  const services = '`services` must be a list of 1 to 5 services, got';
  const noService = '. Make it, or import it with ' + '`BaseService.fromServiceArnWithCluster`.';
  const cases: readonly (readonly [string, object | undefined, string])[] = [
    ['nothing', undefined, '`cache` must be a SecureRedis, got nothing. Pass the cache itself.'],
    [
      'no cache',
      { cache: shop, services: [web] },
      '`cache` must be a SecureRedis, got the construct Shop. Pass the cache itself.',
    ],
    ['no services', { cache }, `${services} nothing. Pass the services.`],
    [
      'one service, not a list',
      { cache, services: web },
      `${services} the construct Shop/Web. Pass a list: [service].`,
    ],
    [
      'a name',
      { cache, services: ['web'] },
      `\`services[0]\` must be a service of ECS, got "web"${noService}`,
    ],
    [
      'null',
      { cache, services: [web, null] },
      `\`services[1]\` must be a service of ECS, got null${noService}`,
    ],
    [
      'another construct',
      { cache, services: [shop] },
      `\`services[0]\` must be a service of ECS, got "Shop"${noService}`,
    ],
    [
      'an imported service without its cluster',
      { cache, services: [imported] },
      '`services[0]` must be a service that knows its cluster, got ' +
        '"Shop/Imported". Import it with `BaseService.fromServiceArnWithCluster`.',
    ],
    [
      'a service twice',
      { cache, services: [web, web] },
      '`services[1]` must be another service, got "Shop/Web": a second restart ' +
        'would displace the first. Remove it: services[0] is the same.',
    ],
    [
      'a number of minutes',
      { cache, services: [web], timeout: 60 },
      '`timeout` must be a Duration, got 60. Use Duration.minutes(60).',
    ],
  ];

  let made = 0;
  test.each(cases)('%s', (_, props, message) => {
    const make = () => new EcsRedeployment(shop, `Redeployment${made++}`, props as never);
    expect(make).toThrow(SettingError);
    expect(make).toThrow(message);
  });
});
