/** Counts the dynamic references of logins per stack: CloudFormation limits them per template. */

import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { mustBe } from '../validation/must-be';
import { SettingError } from '../validation/setting-error';
import type { Access } from './access';
import { namesWith } from './check-access';

/**
 * Per template.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
const REFERENCES_MAX = 60;

/** Of one password: in the replication group, and in the credentials secret. */
const OF_PASSWORD = 2;

interface Count {
  readonly references: number;
  readonly hasUsers: boolean;
}

const counts = new WeakMap<Stack, Count>();

const NONE: Count = { references: 0, hasUsers: false };

/** @throws SettingError if the users of a stack and its other caches do not fit together. */
export function countReferences(scope: Construct, { users }: Access): void {
  const stack = Stack.of(scope);
  const { references: before, hasUsers } = counts.get(stack) ?? NONE;
  // Each user with a password has one, and the default user.
  const withPasswords = namesWith('password', users ?? {}).length;
  const own = users === undefined ? OF_PASSWORD : withPasswords + 1;
  const now = { references: before + own, hasUsers: hasUsers || users !== undefined };
  counts.set(stack, now);
  if (!now.hasUsers || now.references <= REFERENCES_MAX) return;
  if (users === undefined) throw noRoom(scope, before);
  const room = Math.max(0, REFERENCES_MAX - before - 1);
  throw new SettingError(
    mustBe({
      subject: `${scope.node.path}: \`access.users\``,
      allowed:
        `at most ${room} users with passwords in this stack: a template takes ` +
        `${REFERENCES_MAX} dynamic references, and the caches of the stack take ${before} already`,
      given: String(withPasswords),
      advice:
        'make the cache in a stack of its own, or let applications with the same rights share a ' +
        'user',
    }),
  );
}

function noRoom(scope: Construct, before: number): SettingError {
  return new SettingError(
    mustBe({
      subject: scope.node.path,
      allowed:
        `in another stack: a template takes ${REFERENCES_MAX} dynamic references, the caches of ` +
        `the stack, some with users, take ${before} already, and this one needs ${OF_PASSWORD}`,
      given: Stack.of(scope).stackName,
      advice: 'make the cache in a stack of its own',
    }),
  );
}
