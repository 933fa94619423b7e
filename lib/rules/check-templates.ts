/**
 * Checks the templates of an app against every rule after CDK has written them, including changes
 * by overrides, mutations, aspects and other resources.
 *
 * It checks each stage when it is synthesized, and the app as a whole.
 */

import { attachCustomSynthesis, Stage } from 'aws-cdk-lib/core';
import { Construct, type IConstruct } from 'constructs';
import { SettingError } from '../validation/setting-error';
import { MadeUpValues } from './lookup-placeholders';
import { RenderedApp } from './rendered-app';
import type { RenderedResource } from './rendered-stack';
import { clipped, type Finding, type Rule, type RuleText, type Subject } from './rule';
import { KEPT_RULE, RULES_OF, type SubjectKind, type Subjects } from './rules';

type Judgement = (app: RenderedApp) => readonly (readonly [RuleText, Finding])[];

interface Protected {
  readonly scope: IConstruct;
  readonly subject: Subject;
  readonly judge: Judgement;
}

type Lines = (app: RenderedApp) => readonly string[];

const linesByRoot = new WeakMap<IConstruct, readonly Lines[]>();
const protectedByRoot = new WeakMap<IConstruct, Protected[]>();

/** Registers the resources of a construct for the rules of their kind. */
export function protect<Kind extends SubjectKind>(
  scope: IConstruct,
  kind: Kind,
  subject: Subjects[Kind],
): void {
  const rules: readonly Rule<Subjects[Kind]>[] = RULES_OF[kind];
  const each: Protected = {
    scope,
    subject,
    judge: (app) => {
      const found: (readonly [RuleText, Finding])[] = [];
      for (const rule of rules) {
        for (const finding of rule.judge(subject, app)) found.push([rule, finding]);
      }
      return withoutFollowing(rules, found);
    },
  };
  for (const root of new Set([scope.node.root, Stage.of(scope) ?? scope.node.root])) {
    const known = protectedByRoot.get(root);
    if (known) known.push(each);
    else {
      protectedByRoot.set(root, [each]);
      judgeAfterSynthesis(root);
    }
  }
}

/** Registers a further check of the written templates: each line fails the synth. */
export function judgeTemplates(root: IConstruct, linesFor: Lines): void {
  linesByRoot.set(root, [...(linesByRoot.get(root) ?? []), linesFor]);
  if (protectedByRoot.has(root)) return;
  protectedByRoot.set(root, []);
  judgeAfterSynthesis(root);
}

/**
 * Drops findings of `isReportedLast` rules on properties of other rules, unless only such rules
 * have findings.
 */
function withoutFollowing(
  rules: readonly (RuleText & { readonly isReportedLast?: boolean })[],
  found: readonly (readonly [RuleText & { readonly isReportedLast?: boolean }, Finding])[],
): readonly (readonly [RuleText, Finding])[] {
  if (found.every(([{ isReportedLast }]) => isReportedLast)) return found;
  const ofOthers = rules.filter(({ isReportedLast }) => !isReportedLast);
  const parts = new Set(ofOthers.flatMap(({ properties }) => properties));
  return found.filter(([{ isReportedLast }, { part }]) => !isReportedLast || !parts.has(part));
}

const CHILD_ID = 'SecureRedisRules';

/** Adds the last child of a stage, which is synthesized after all stacks. */
function judgeAfterSynthesis(root: IConstruct): void {
  root.node.addValidation({
    validate: () => {
      root.node.tryRemoveChild(CHILD_ID);
      attachCustomSynthesis(new Construct(root as Construct, CHILD_ID), {
        onSynthesize: () => judge(root),
      });
      return [];
    },
  });
}

/**
 * Checks the written templates of the app or stage at a root.
 *
 * @throws SettingError with a line per violation.
 */
export function judge(root: IConstruct): void {
  const all = protectedByRoot.get(root) ?? [];
  const app = new RenderedApp(
    root,
    all.flatMap(({ subject }) => subject.resources),
  );
  // During context lookup the templates hold dummy values; CDK synthesizes again afterwards.
  const madeUp = new MadeUpValues(app.stacks.map(({ stack }) => stack));
  const lines = all.flatMap(({ subject, judge: judgeSubject }) => {
    const lost = notKept(subject, app);
    if (lost.length > 0) return lost;
    return linesOf(judgeSubject(app).filter(([, finding]) => !madeUp.explain(finding)));
  });
  const ofApp = (linesByRoot.get(root) ?? []).flatMap((linesFor) => linesFor(app));
  lines.push(...ofApp.filter((line) => !madeUp.isIn(line)));
  if (lines.length > 0) throw new SettingError(Array.from(new Set(lines)).join('\n'));
}

/** A line per finding; names the conditions if not every branch of its resource has the finding. */
function linesOf(findings: readonly (readonly [RuleText, Finding])[]): readonly string[] {
  const byLine = new Map<string, RenderedResource[]>();
  for (const [rule, finding] of findings) {
    const line = lineOf(rule, finding);
    byLine.set(line, [...(byLine.get(line) ?? []), finding.resource]);
  }
  return findings.map(([rule, finding]) => {
    const found = new Set(byLine.get(lineOf(rule, finding)));
    const [first = finding.resource] = found;
    const isAlways = found.size === (first.whole?.branches ?? [first]).length;
    return lineOf(rule, finding, isAlways ? '' : ` where ${first.branch?.when}`);
  });
}

/**
 * Lines for resources that were removed, made conditional or changed in type; other rules cannot
 * check these.
 */
function notKept({ resources }: Subject, app: RenderedApp): readonly string[] {
  return resources.flatMap((resource) => {
    const rendered = app.find(resource);
    if (rendered === undefined) {
      const { allowed, fix, id } = KEPT_RULE;
      return [
        `${resource.node.path}: the resource must be ${allowed}, got nothing. ${fix} (${id})`,
      ];
    }
    const { Condition, Type } = rendered.body;
    const findings: Finding[] = [];
    if (Condition !== undefined) {
      findings.push({ resource: rendered, part: 'Condition', given: clipped(Condition) });
    }
    if (Type !== resource.cfnResourceType) {
      findings.push({ resource: rendered, part: 'Type', given: clipped(Type) });
    }
    return findings.map((finding) => lineOf(KEPT_RULE, finding));
  });
}

function lineOf(rule: RuleText, { resource, part, given, allowed }: Finding, when = ''): string {
  const must = `${part} must be ${allowed ?? rule.allowed}, got ${given}${when}`;
  return `${resource.path}: ${must}. ${rule.fix} (${rule.id})`;
}
