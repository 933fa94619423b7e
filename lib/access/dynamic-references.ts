/** Counts the dynamic references of logins per stack: CloudFormation limits them per template. */

import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { mustBe } from '../validation/must-be';
import { SettingError } from '../validation/setting-error';
import type { Access } from './access';

/**
 * Per template.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
const REFERENCES_MAX = 60;

/** Of one password: in the replication group, and in the credentials secret. */
const OF_PASSWORD = 2;

const counts = new WeakMap<Stack, number>();

/** @throws SettingError if the users do not fit beside the caches that the stack has. */
export function countReferences(scope: Construct, { users }: Access): void {
  const stack = Stack.of(scope);
  const before = counts.get(stack) ?? 0;
  // Each user has one, and the default user.
  const own = users === undefined ? OF_PASSWORD : Object.keys(users).length + 1;
  counts.set(stack, before + own);
  if (users === undefined || before + own <= REFERENCES_MAX) return;
  const room = Math.max(0, REFERENCES_MAX - before - 1);
  throw new SettingError(
    mustBe({
      subject: `${scope.node.path}: \`access.users\``,
      allowed:
        `at most ${room} users in this stack: a template takes ${REFERENCES_MAX} dynamic ` +
        `references, and the caches of the stack take ${before} already`,
      given: String(Object.keys(users).length),
      advice:
        'make the cache in a stack of its own, or let applications with the same rights share a ' +
        'user',
    }),
  );
}
