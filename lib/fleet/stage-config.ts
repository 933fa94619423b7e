/**
 * Reads and checks `config/<stage>.json`: its form by the schema, its values by the checks of the
 * construct.
 *
 * Reports all problems together: file, path, given value, allowed values, what to do.
 */

import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import { nearest } from '../../contract/nearest';
import { Topology } from '../settings/topology';
import { checkKinds } from '../validation/kinds';
import { mustBe } from '../validation/must-be';
import { SettingError } from '../validation/setting-error';
import { checkAlarmTopicFile } from './alarm-topic-file';
import { PATH, STAGE } from './argument-kinds';
import { type CacheConfig, type CacheFile, toCacheConfig } from './cache-config';
import { certainProblems } from './corrected-file';
import { duplicateKeys } from './duplicate-keys';
import { type FileProblem, formProblems, say } from './file-problem';
import { readJsonFile } from './json-file';
import { checkNetworkFile } from './network-file';
import type { SharedFile } from './shared-file';
import { checkRegion, checkStagePlaces, type StagePlace } from './stage-places';
import { type SharedPart, stageSchema, TAGS_MAX } from './stage-schema';
import { tokenProblems } from './token-texts';

/** Without hyphens, so that `prod` with `eu-jobs` and `prod-eu` with `jobs` cannot collide. */
const STAGE_NAME = /^(?!schema$)[a-z][a-z0-9]{0,19}$/;
const STAGE_NAME_WORDS = 'up to 20 lower-case letters and digits, the first a letter';
/** Files beside the stage files. */
const NO_STAGE = /^schema$|\.baseline$/;

export interface StageConfig extends StagePlace {
  readonly stage: string;
  readonly caches: readonly CacheConfig[];
  readonly shared: SharedFile;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether termination protection is on for the stacks. */
  readonly terminationProtection: boolean;
  /** Allowed replacements of shared resources, or of removed caches. */
  readonly allowReplacement: readonly string[];
}

interface StageFile extends StagePlace {
  readonly caches: Readonly<Record<string, CacheFile>>;
  readonly defaults?: CacheFile;
  readonly shared?: SharedFile;
  readonly tags?: Readonly<Record<string, string>>;
  readonly terminationProtection?: boolean;
  readonly allowReplacement?: readonly string[];
}

/** @throws SettingError with one line per problem. */
export function readStageConfig(folder: string, stage: string): StageConfig {
  checkKinds('readStageConfig', { folder, stage }, { folder: PATH, stage: STAGE });
  const file = join(folder, `${stage}.json`);
  if (existsSync(file) && !STAGE_NAME.test(stage) && !NO_STAGE.test(stage)) {
    throw new SettingError(
      `the name of a stage must be ${STAGE_NAME_WORDS}, got ${JSON.stringify(stage)}. Rename ` +
        `${relative('', file)}.`,
    );
  }
  if (!STAGE_NAME.test(stage) || !existsSync(file)) {
    const near = nearest(stage, stagesIn(folder));
    const choice = near === undefined ? 'Choose one' : `Use "${near}"`;
    throw new SettingError(
      `the stage must be a file in ${relative('', folder)}/ (${stagesIn(folder).join(', ')}), ` +
        `got ${JSON.stringify(stage)}. ${choice}, or add the file.`,
    );
  }
  const name = relative('', file);
  const { text, content } = readJsonFile(name, file);
  return checkedConfig(name, stage, content, duplicateKeys(text));
}

/**
 * @throws SettingError with one line per problem. `name` is the prefix of each line; `ofText` are
 * problems that the parsed content no longer shows.
 */
export function checkedConfig(
  name: string,
  stage: string,
  content: unknown,
  ofText: readonly FileProblem[] = [],
): StageConfig {
  const problems = formProblemsOf(content);
  throwIfMany(name, [...ofText, ...problems]);
  if (problems.length > 0) problems.push(...senseBeside(stage, content));
  const config =
    problems.length === 0 ? toConfig(stage, content as StageFile, problems) : undefined;
  const all = [...ofText, ...problems];
  if (config === undefined || all.length > 0) throw new SettingError(linesOf(name, all).join('\n'));
  return config;
}

function formProblemsOf(content: unknown): FileProblem[] {
  const validate = formCheck();
  const problems = validate(content) ? [] : formProblems(validate.errors ?? [], stageSchema());
  return [...problems, ...tokenProblems(content)];
}

/** What makes no sense in a file beside what has no form. */
function senseBeside(stage: string, content: unknown): readonly FileProblem[] {
  const sense = (corrected: unknown) => {
    const found: FileProblem[] = [];
    toConfig(stage, corrected as StageFile, found);
    return found;
  };
  return certainProblems(content, { schema: stageSchema(), form: formProblemsOf, sense });
}

/** A file with more problems of form is not a stage file; its values are not checked. */
const LINES_MAX = 200;

function throwIfMany(name: string, problems: readonly FileProblem[]): void {
  if (problems.length <= LINES_MAX) return;
  const rest = `${name} has ${problems.length - LINES_MAX} problems more; correct these first`;
  throw new SettingError([...linesOf(name, problems.slice(0, LINES_MAX)), rest].join('\n'));
}

function linesOf(name: string, problems: readonly FileProblem[]): readonly string[] {
  return Array.from(new Set(problems.map((problem) => say(name, problem))));
}

let compiled: ValidateFunction<StageFile> | undefined;

/** Compiled once, because compiling takes longer than checking. */
function formCheck(): ValidateFunction<StageFile> {
  // `verbose` puts the given value and the schema into each error.
  compiled ??= new Ajv({ allErrors: true, verbose: true }).compile<StageFile>(stageSchema());
  return compiled;
}

/** Adds a problem per invalid value or combination in a well-formed file. */
function toConfig(stage: string, file: StageFile, problems: FileProblem[]): StageConfig {
  const { caches, defaults = {}, shared = {}, tags = {}, account, region } = file;
  checkNetworkFile(problems, shared.network);
  checkAlarmTopicFile(problems, shared.alarmTopic);
  const configs = Object.entries(caches).map(([name, own]) =>
    toCacheConfig(name, defaults, own, problems),
  );
  checkIds(problems, configs);
  checkTags(problems, tags, configs);
  checkZones(problems, configs, shared);
  checkRegion(problems, region);
  const place = { account, region };
  checkStagePlaces(problems, place, shared, configs);
  return {
    stage,
    ...place,
    caches: configs,
    shared,
    tags,
    terminationProtection: file.terminationProtection === true,
    allowReplacement: file.allowReplacement ?? [],
  };
}

/** AWS converts ids to lower case, so ids that differ only in case collide. */
function checkIds(problems: FileProblem[], caches: readonly CacheConfig[]): void {
  const nameById = new Map<string, string>();
  for (const { name, props } of caches) {
    const id = props.replicationGroupId?.toLowerCase();
    if (id === undefined) continue;
    const other = nameById.get(id);
    nameById.set(id, name);
    if (other === undefined) continue;
    problems.push({
      path: ['caches', name, 'replicationGroupId'],
      given: `${JSON.stringify(props.replicationGroupId)}, in lower case the id of \`${other}\``,
      allowed: 'an id that no other cache has',
      advice: 'change one, or remove both for ids that CloudFormation makes',
    });
  }
}

/** A cache has its own tags and those of the stage; shared resources have only the stage's. */
function checkTags(
  problems: FileProblem[],
  ofStage: CacheConfig['tags'],
  caches: readonly CacheConfig[],
): void {
  const carried = [
    { path: ['tags'], tags: ofStage },
    ...caches.map(({ name, tags }) => ({
      path: ['caches', name, 'tags'],
      tags: { ...ofStage, ...tags },
    })),
  ];
  for (const { path, tags } of carried) {
    for (const [duplicate, first] of duplicatesIn(Object.keys(tags))) {
      // Duplicate tags of the stage are reported once, not again per cache.
      if (path.length > 1 && Object.hasOwn(ofStage, duplicate) && Object.hasOwn(ofStage, first))
        continue;
      problems.push({
        path: [...path, duplicate],
        given: `${JSON.stringify(duplicate)} beside ${JSON.stringify(first)}`,
        allowed:
          'a name that differs by more than case: IAM does not tell such tags of a role apart',
        advice: 'remove one',
      });
    }
    const count = Object.keys(tags).length;
    const isOfStage = path.length > 1 && Object.keys(ofStage).length > TAGS_MAX;
    if (count <= TAGS_MAX || isOfStage) continue;
    problems.push({
      path,
      given: `${count} in all`,
      allowed: `at most ${TAGS_MAX} tags, those of the stage and of \`defaults\` included`,
      advice: 'remove some',
    });
  }
}

/** Each name that another one before it differs from by case only, with that one. */
function duplicatesIn(
  names: readonly string[],
): readonly (readonly [duplicate: string, first: string])[] {
  const firsts = new Map<string, string>();
  return names.flatMap((name) => {
    const first = firsts.get(name.toLowerCase());
    if (first !== undefined) return [[name, first] as const];
    firsts.set(name.toLowerCase(), name);
    return [];
  });
}

/** A replica must be in another availability zone than its primary. */
function checkZones(
  problems: FileProblem[],
  caches: readonly CacheConfig[],
  shared: SharedFile,
): void {
  if (shared.network?.availabilityZones?.length !== 1) return;
  for (const cache of caches) {
    const { replicas } = cache.props.topology ?? Topology.replicated();
    if (replicas === 0 || !isShared(shared, cache, 'network')) continue;
    problems.push({
      path: ['caches', cache.name, 'topology'],
      given: `replicas: ${replicas}`,
      allowed: 'without replicas in a network of one availability zone',
      advice: 'add a zone to `shared.network`, or set `replicas` to 0',
    });
  }
}

/** Whether a cache uses the shared resource. */
export function isShared(shared: SharedFile, { own }: CacheConfig, part: SharedPart): boolean {
  return shared[part] !== undefined && !own.includes(part);
}

/** Prefix of the names of a stage's stacks, up to a hyphen. */
export function stackPrefixOf(stage: string): string {
  return `secure-redis-${stage}`;
}

export function stackNameOf(stage: string, name: string): string {
  return `${stackPrefixOf(stage)}-${name}`;
}

function stagesIn(folder: string): readonly string[] {
  const names = filesIn(folder).map((file) => file.replace(/\.json$/, ''));
  return names.filter((name) => STAGE_NAME.test(name));
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingError(
      mustBe({
        subject: 'readStageConfig: `folder`',
        allowed: 'a folder of stage files that you may read',
        given: `${JSON.stringify(folder)} (${code})`,
        advice: "Pass its path, for example join(__dirname, '../config').",
      }),
    );
  }
}
