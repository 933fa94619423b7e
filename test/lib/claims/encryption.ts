/** Claims about encryption, keys and retention. */

import {
  all,
  type Claim,
  encrypted,
  everyHas,
  FUNCTION,
  first,
  KEY,
  keyOf,
  LOG_GROUP,
  property,
  SECRET,
  type Statement,
  same,
  statements,
  TOPIC,
} from './claim';

export const SECRET_CLAIMS: readonly Claim[] = [
  property(KEY, 'EnableKeyRotation', true, false, 'the key itself rotates'),
  encrypted(SECRET, 'KmsKeyId', 'both secrets are encrypted with our key'),
  encrypted(LOG_GROUP, 'KmsKeyId', 'every log group is encrypted with our key'),
  property(LOG_GROUP, 'RetentionInDays', 365, undefined, 'every log is kept for a year'),
  {
    claim: 'every function logs to a log group of ours, CDK’s own too',
    holds: (template) =>
      all(template, FUNCTION).length > 1 &&
      all(template, FUNCTION).every(({ Properties }) => {
        const log = (Properties.LoggingConfig as { LogGroup?: { Ref?: string } } | undefined)
          ?.LogGroup?.Ref;
        return template.Resources[log ?? '']?.Type === LOG_GROUP;
      }),
    break: (template) => {
      for (const { Properties } of all(template, FUNCTION)) Properties.LoggingConfig = undefined;
    },
  },
  {
    claim: 'alarms go to an encrypted topic that takes no plaintext',
    holds: (template) =>
      everyHas(TOPIC, 'KmsMasterKeyId', keyOf(template))(template) &&
      statements(first(template, 'AWS::SNS::TopicPolicy')).some(
        ({ Effect, Condition }) =>
          Effect === 'Deny' && same(Condition, { Bool: { 'aws:SecureTransport': 'false' } }),
      ),
    break: (template) => {
      first(template, 'AWS::SNS::TopicPolicy').PolicyDocument = { Statement: [] };
    },
  },
  {
    claim: 'the key works for this stack’s logs and this account’s alarms',
    holds: (template) => {
      const document = first(template, KEY).KeyPolicy as { Statement: readonly Statement[] };
      const ids = document.Statement.map(({ Sid }) => Sid);
      return ['LogGroupsOfTheseStacks', 'AlarmsOfThisAccount'].every((id) => ids.includes(id));
    },
    break: (template) => {
      (first(template, KEY).KeyPolicy as { Statement: Statement[] }).Statement.pop();
      (first(template, KEY).KeyPolicy as { Statement: Statement[] }).Statement.splice(1);
    },
  },
];
