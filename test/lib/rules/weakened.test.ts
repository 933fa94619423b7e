/**
 * No property of a cache's resources can be weakened unnoticed: each is removed, and made
 * conditional; a rule must report it, or a list here says why it is harmless.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App, Stack } from 'aws-cdk-lib/core';
import { Access } from '../../../lib/access/access';
import { judge } from '../../../lib/rules/check-templates';
import { given } from '../../support/rules';
import { USERS, WITH_IAM } from '../../support/users';
import { HARMLESS, OF_CDK } from './harmless';

type Resources = Record<string, { Type: string; Properties?: Record<string, unknown> }>;

/** Weakens each property in each way, and returns those that no rule tells of. */
function unseenIn(app: App, stack: Stack): ReadonlySet<string> {
  const file = join(app.outdir, stack.templateFile);
  const template = readFileSync(file, 'utf8');
  const unseen = new Set<string>();
  const passes = (change: (resources: Resources) => void) => {
    const changed = JSON.parse(template);
    change(changed.Resources);
    writeFileSync(file, JSON.stringify(changed));
    try {
      judge(app);
      return true;
    } catch {
      return false;
    }
  };
  const all = Object.entries(JSON.parse(template).Resources as Resources);
  for (const [id, { Type, Properties = {} }] of all.filter(([each]) => !OF_CDK.test(each))) {
    const remove = (resources: Resources) => {
      delete resources[id];
    };
    if (passes(remove)) unseen.add(Type);
    for (const [name, value] of Object.entries(Properties)) {
      const change = (changed: unknown) => (resources: Resources) => {
        const properties = resources[id]?.Properties ?? {};
        if (changed === undefined) delete properties[name];
        else properties[name] = changed;
      };
      const nothing = { Ref: 'AWS::NoValue' };
      const isUnseen = [undefined, { 'Fn::If': ['Cond', value, nothing] }].some((changed) =>
        passes(change(changed)),
      );
      if (isUnseen) unseen.add(`${Type} ${name}`);
    }
  }
  writeFileSync(file, template);
  return unseen;
}

const USERS_PROPS = { access: Access.users(USERS) };

test.each([
  ['the default cache', {}],
  ['a cache with users', USERS_PROPS],
  ['a cache with users, one by IAM', { access: Access.users(WITH_IAM) }],
])('every property of %s is protected, or does no harm', (_, props) => {
  const { app, stack } = given(props);
  app.synth();
  expect(Array.from(unseenIn(app, stack)).sort()).toStrictEqual(Object.keys(HARMLESS).sort());
});
