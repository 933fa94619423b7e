/** Claims that no secret is in the template. */

import { type Claim, GROUP, type Properties, rotationFunction, SECRET, same } from './claim';

const REFERENCE = /\{\{resolve:/;

export const LEAK_CLAIMS: readonly Claim[] = [
  {
    claim: 'a secret is referred to in two properties only: the group and the credentials secret',
    holds: (template) => {
      const places = Object.values(template.Resources).filter(({ Properties }) =>
        REFERENCE.test(JSON.stringify(Properties ?? {})),
      );
      return same(places.map(({ Type }) => Type).sort(), [GROUP, SECRET]);
    },
    break: (template) => {
      const variables = rotationFunction(template).Environment as { Variables: Properties };
      variables.Variables.LEAK = '{{resolve:secretsmanager:x:SecretString:password::}}';
    },
  },
  {
    claim: 'outputs refer to no secret’s value',
    holds: ({ Outputs }) =>
      Object.keys(Outputs).length === 10 && !REFERENCE.test(JSON.stringify(Outputs)),
    break: ({ Outputs }) => {
      Outputs.Leak = { Value: '{{resolve:secretsmanager:x:SecretString:password::}}' };
    },
  },
  {
    claim: 'nothing in the template looks like a password',
    holds: (template) => {
      const words = JSON.stringify(template).match(/[A-Za-z0-9!&#$^<>-]{64,}/g) ?? [];
      // Long words are ids and hashes, which have no special character.
      return !words.some((word) => /[!&#$^<>-]/.test(word) && /[A-Z]/.test(word));
    },
    break: ({ Outputs }) => {
      Outputs.Leak = { Value: `Aa1-${'x'.repeat(60)}` };
    },
  },
];
