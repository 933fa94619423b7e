/** The rule of every resource that is protected: it is in its template as it was made. */

import type { RuleText } from './rule';

export const KEPT_RULE: RuleText = {
  id: 'kept',
  properties: ['the resource', 'Condition', 'Type'],
  protects: 'each resource that a rule protects',
  why: 'what is removed, made conditional or given another type protects nothing any more',
  allowed: 'as the construct made it',
  fix: 'Remove what changes it.',
};
