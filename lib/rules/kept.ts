/** The rule for every protected resource: it must be in its template as created. */

import type { RuleText } from './rule';

export const KEPT_RULE: RuleText = {
  id: 'kept',
  properties: ['the resource', 'Condition', 'Type'],
  protects: 'each resource that a rule protects',
  why: 'a resource that is removed, conditional or changed in type no longer protects anything',
  allowed: 'as the construct made it',
  fix: 'Remove what changes it.',
};
