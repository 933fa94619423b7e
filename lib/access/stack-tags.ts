/** The warning about stack tags, which CloudFormation copies to the secrets of a cache. */

import { Annotations, Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/**
 * Warns about stack tags, in a nested stack also those of its parents. Only a warning: AWS does not
 * document whether the update for a changed tag sends SecretString again, and an organization may
 * require tags on every stack. The baseline rejects such a change.
 * https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/194
 */
export function warnOfStackTags(secrets: Construct): void {
  // Validation runs after aspects, which can still add tags to the stack.
  secrets.node.addValidation({ validate: () => warnings(secrets) });
}

function warnings(secrets: Construct): string[] {
  const names: string[] = [];
  for (let stack = Stack.of(secrets); ; stack = stack.nestedStackParent) {
    const tags = Object.entries(stack.tags.tagValues());
    // CDK omits tags known only at deploy.
    names.push(...tags.filter((tag) => !Token.isUnresolved(tag)).map(([name]) => name));
    if (stack.nestedStackParent === undefined) break;
  }
  if (names.length > 0) {
    Annotations.of(secrets).addWarningV2('secure-redis:stack-tags', stackTagsText(names));
  }
  return [];
}

function stackTagsText(names: readonly string[]): string {
  const all = Array.from(new Set(names)).sort().join(', ');
  return (
    `The stack has the tags ${all}, which CloudFormation puts on both secrets: a later change of ` +
    'one updates the secrets, which could overwrite the live password. Before the first deploy, ' +
    'keep tags off the stack: with "@aws-cdk/core:explicitStackTags": true in the context of ' +
    'cdk.json, `Tags.of(scope).add(…)` tags the resources alone, and leaves the secrets out; use ' +
    "it instead of the stack's prop `tags`. After the first deploy, leave the tags of the stack " +
    'as they are.'
  );
}
