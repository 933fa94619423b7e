/**
 * Finds access strings that need an engine which the same deploy brings: CloudFormation changes
 * users before the engine of their cache.
 */

import { unknownWords } from '../../contract/unknown-words';
import type { CacheOfTemplate } from '../template/caches-of';
import {
  referredBy,
  type StackTemplate,
  type TemplateProperties,
} from '../template/stack-template';
import { type Check, type CheckFinding, fine, listed, willFail } from './finding';

/** Nothing is said of a cache whose engine stays, since synth compares its roles with it. */
export const accessStringsFit: Check = async ({ caches, templates, deployed }) => {
  const found = await Promise.all(
    caches.map(async (cache): Promise<readonly CheckFinding[]> => {
      const template = templates.find(({ stack }) => stack === cache.stack);
      const now = template?.resources[cache.groupId]?.Properties;
      if (template === undefined || now === undefined || !cache.hasUsers) return [];
      const before = await deployed(cache.stack);
      const was = before.kind === 'answer' ? before.value?.resources[cache.groupId] : undefined;
      const running = upgraded(was?.Properties, now);
      return running === undefined ? [] : [finding(cache, usersOf(template, now), running)];
    }),
  );
  return found.flat();
};

interface Running {
  readonly name: string;
  readonly version: string;
}

/**
 * The deployed engine, if the deploy brings another version of it. A change from Redis OSS to
 * Valkey gives every user another id: no user of the running cache changes.
 */
function upgraded(
  was: TemplateProperties | undefined,
  now: TemplateProperties,
): Running | undefined {
  if (was === undefined || nameOf(was) !== nameOf(now)) return undefined;
  const version = String(was.EngineVersion);
  const isChanged = /^\d/.test(version) && version !== String(now.EngineVersion);
  return isChanged ? { name: nameOf(was), version } : undefined;
}

const nameOf = ({ Engine = 'redis' }: TemplateProperties) => String(Engine).toLowerCase();

interface UserWords {
  readonly name: string;
  readonly access: string;
}

/** The users that the template gives a replication group. */
function usersOf(
  { resources }: StackTemplate,
  { UserGroupIds }: TemplateProperties,
): readonly UserWords[] {
  const named = (list: unknown) =>
    (Array.isArray(list) ? list : []).flatMap((each): readonly TemplateProperties[] => {
      const { Properties } = resources[referredBy(each) ?? ''] ?? {};
      return Properties === undefined ? [] : [Properties];
    });
  return named(UserGroupIds)
    .flatMap(({ UserIds }) => named(UserIds))
    .map(({ UserName, AccessString = '' }) => ({
      name: String(UserName),
      access: String(AccessString),
    }));
}

/** Words that are printed of a user. */
const WORDS_MAX = 3;

function finding(
  { name }: CacheOfTemplate,
  users: readonly UserWords[],
  running: Running,
): CheckFinding {
  const what = `access strings of ${name}`;
  const wrong = users
    .map((user) => ({ ...user, words: unknownWords(user.access, running) }))
    .filter(({ words }) => words.length > 0);
  const [first] = wrong;
  const engine = `${running.name} ${running.version}`;
  if (first === undefined) return fine(what, `${engine}, as deployed, has all of their words`);
  const more = first.words.length - WORDS_MAX;
  const words = listed([...first.words.slice(0, WORDS_MAX), ...(more > 0 ? [`${more} more`] : [])]);
  const others = wrong.slice(1).map((user) => user.name);
  return willFail(
    what,
    `they must have only words of ${engine}, as deployed, which changes after the users, got ` +
      `${words} of user ${first.name}` +
      (others.length > 0 ? `, and others of ${listed(others)}.` : '.'),
    'Deploy twice: first the newer engine, with the access strings that are deployed in ' +
      '`Role.custom` and without new `databases`, then these users (docs/roles.md).',
  );
}
