/** The settings of a cache: its props, checked by kind, bounds, account and region. */

import type { Construct } from 'constructs';
import { countReferences } from '../access/dynamic-references';
import { addRecipientProblems, isTopic, topicArnOf } from '../monitoring/alarm-recipients';
import { checkGivenResources } from '../settings/given-resources';
import { checkPlaces, type Given } from '../settings/places';
import { checkParameterPath } from '../sharing/published-parameters';
import { checkKinds } from '../validation/kinds';
import { Problems } from '../validation/setting-error';
import type { CacheSettings } from './cache-settings';
import { checkGivenNetwork } from './network-of-cache';
import { CACHE_KINDS } from './prop-kinds';
import { settingsOfProps } from './resolved-props';
import type { SecureRedisProps } from './secure-redis-props';

/** @throws SettingError with a line per invalid prop. */
export function checkedSettings(scope: Construct, props: SecureRedisProps): CacheSettings {
  checkKinds(scope.node.path, props, CACHE_KINDS);
  checkGivenNetwork(scope, props);
  const problems = new Problems();
  const settings = settingsOfProps(props, problems);
  checkGivenResources(problems, props);
  checkRecipients(problems, props);
  problems.throwAny(scope.node.path);
  checkPlaces(scope, placesOf(props));
  checkParameterPath(scope, settings.access.users && 'the cache with users');
  countReferences(scope, settings.access);
  return settings;
}

function checkRecipients(problems: Problems, { alarmTopic }: SecureRedisProps): void {
  if (alarmTopic === undefined || isTopic(alarmTopic)) return;
  addRecipientProblems(problems, 'alarmTopic', alarmTopic);
}

/** SNS accepts alarms from other accounts, but ElastiCache events only from its own account. */
function placesOf(props: SecureRedisProps): readonly Given[] {
  const { encryptionKey, alarmTopic, eventTopic, network, vpc, restoreFrom } = props;
  const topic = 'a topic';
  return [
    { name: 'encryptionKey', words: 'a key', resource: encryptionKey, arn: encryptionKey?.keyArn },
    {
      name: 'alarmTopic',
      words: topic,
      resource: isTopic(alarmTopic) ? alarmTopic : undefined,
      arn: topicArnOf(alarmTopic),
      same: ['partition', 'region'],
    },
    { name: 'eventTopic', words: topic, resource: eventTopic, arn: eventTopic?.topicArn },
    { name: 'network', words: 'a VPC', resource: network?.vpc, same: ['partition', 'region'] },
    { name: 'vpc', words: 'a VPC', resource: vpc, same: ['partition', 'region'] },
    ...(restoreFrom?.objectArns ?? []).map((arn) => ({
      name: 'restoreFrom',
      words: 'a file in S3',
      arn,
    })),
  ];
}
