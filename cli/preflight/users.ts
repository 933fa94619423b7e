/**
 * Checks of users: a deploy that changes between one password and users, ids that are taken, the
 * quotas of users and user groups, and engines without IAM logins.
 */

import { hasIamLogins } from '../../contract/acl-commands';
import { type CacheOfTemplate, hasUserGroup } from '../template/caches-of';
import { ofType, type TemplateProperties } from '../template/stack-template';
import { addedBy, againstQuota, newOf } from './added';
import { mapped } from './asking';
import {
  type AccountFacts,
  type Check,
  type CheckFinding,
  cannotTell,
  fine,
  listed,
  willFail,
} from './finding';

const USER = 'AWS::ElastiCache::User';
const USER_GROUP = 'AWS::ElastiCache::UserGroup';

/** Synth refuses the same by a baseline, which knows what was deployed. */
export const accessKept: Check = ({ caches, deployed }) =>
  Promise.all(
    caches.map(async (cache) => {
      const what = `access of ${cache.name}`;
      const before = await deployed(cache.stack);
      if (before.kind === 'none') return cannotTell(what, before.why);
      const group = before.value?.resources[cache.groupId]?.Properties;
      if (group === undefined) return fine(what, 'not deployed yet');
      const [was, now] = [hasUserGroup(group), cache.hasUsers].map(wordsOf);
      if (was === now) return fine(what, `${now}, as deployed`);
      return willFail(
        what,
        `it must stay ${was}, as deployed, got ${now}: CloudFormation replaces the cache by an ` +
          'empty one, or every client is refused.',
        'Change it back, and move the clients to a second cache (docs/move-to-users.md).',
      );
    }),
  );

function wordsOf(hasUsers: boolean): string {
  return hasUsers ? 'users' : 'one password';
}

/** Nothing is said of templates without users. */
export const usersFit: Check = async (facts) => {
  if (!hasAny(facts, USER)) return [];
  const { account } = facts;
  const users = { what: 'users', words: 'users in the region', code: 'L-80E085C7' };
  const groups = { what: 'user groups', words: 'user groups in the region', code: 'L-AD484FC5' };
  return Promise.all([
    fits(users, USER, facts, async () => mapped(await account.users(), countOf)),
    fits(groups, USER_GROUP, facts, async () => mapped(await account.userGroups(), countOf)),
  ]);
};

const countOf = (ids: readonly string[]) => ids.length;

async function fits(
  quota: { readonly what: string; readonly words: string; readonly code: string },
  type: string,
  facts: AccountFacts,
  used: Parameters<typeof againstQuota>[3],
): Promise<CheckFinding> {
  const added = await addedBy(facts, (template, before) => newOf(type, template, before).length);
  return againstQuota({ ...quota, service: 'elasticache' }, facts, added, used);
}

/** CloudFormation creates a user or a group only under an id that nobody has. */
export const userIdsFree: Check = async (facts) => {
  if (!hasAny(facts, USER)) return [];
  const { account } = facts;
  return Promise.all([
    idsFree('ids of users', USER, 'UserId', facts, await account.users()),
    idsFree('ids of user groups', USER_GROUP, 'UserGroupId', facts, await account.userGroups()),
  ]);
};

async function idsFree(
  what: string,
  type: string,
  property: string,
  facts: AccountFacts,
  answer: Awaited<ReturnType<AccountFacts['account']['users']>>,
): Promise<CheckFinding> {
  if (answer.kind === 'none') return cannotTell(what, answer.why);
  const taken: string[] = [];
  let unknown: string | undefined;
  for (const template of facts.templates) {
    const before = await facts.deployed(template.stack);
    const was = before.kind === 'answer' ? before.value : undefined;
    const ids = newOf(type, template, was)
      .map((id) => template.resources[id]?.Properties?.[property])
      .filter((id): id is string => typeof id === 'string')
      .filter((id) => answer.value.includes(id.toLowerCase()));
    if (ids.length > 0 && before.kind === 'none') unknown = before.why;
    taken.push(...ids);
  }
  if (taken.length === 0) return fine(what, 'the deploy takes no id that exists');
  const names = listed(taken);
  if (unknown !== undefined) return cannotTell(what, `${names} exist, deployed or not: ${unknown}`);
  const command = type === USER ? 'delete-user --user-id' : 'delete-user-group --user-group-id';
  return willFail(
    what,
    `they must be free, got ${names}, which exist outside of the stack.`,
    `If nothing uses them, run \`aws elasticache ${command} ${taken[0]}\`, one after the other.`,
  );
}

/** A running engine without IAM logins: synth checks the engine of the template. */
export const enginesOfferIam: Check = async ({ caches, templates, deployed }) => {
  const found = await Promise.all(
    caches.map(async (cache): Promise<readonly CheckFinding[]> => {
      const template = templates.find(({ stack }) => stack === cache.stack);
      const isIam = ([, user]: readonly [string, TemplateProperties]) =>
        (user.AuthenticationMode as TemplateProperties | undefined)?.Type === 'iam';
      if (template === undefined || !ofType(template, USER).some(isIam)) return [];
      const before = await deployed(cache.stack);
      const was = before.kind === 'answer' ? before.value?.resources[cache.groupId] : undefined;
      return was?.Properties === undefined ? [] : [iamFinding(cache, was.Properties)];
    }),
  );
  return found.flat();
};

function iamFinding(cache: CacheOfTemplate, group: TemplateProperties): CheckFinding {
  const what = `IAM logins of ${cache.name}`;
  const { Engine: engine = 'redis', EngineVersion: version } = group;
  const running = { name: String(engine).toLowerCase(), version: String(version) };
  if (hasIamLogins(running)) return fine(what, 'the engine offers them');
  return willFail(
    what,
    `the engine must be Redis OSS 7.0 or Valkey 7.2 or newer before a user logs in by IAM, got ` +
      `${engine} ${version}, as deployed.`,
    'Deploy the newer engine first, and the users after it.',
  );
}

function hasAny({ templates }: AccountFacts, type: string): boolean {
  return templates.some((template) => ofType(template, type).length > 0);
}
