/**
 * Checks that given resources are in the partition, region and account of the stack, as far as both
 * are known. AWS rejects other resources late, or never.
 */

import { type IResource, Stack, Token, TokenComparison } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { SettingError } from '../validation/setting-error';
import { partitionOf } from './partitions';

/** Format of an ARN: `arn:partition:service:region:account:…`. S3 omits region and account. */
const ARN = /^arn:([^:]*):[^:]*:([^:]*):([^:]*):/;

export type Place = { readonly [part in Part]: string | undefined };

/** The place of an ARN, without parts that are empty or known only at deploy. */
export function placeOfArn(arn: string): Place {
  const [, partition, region, account] = (ARN.exec(arn) ?? []).map(known);
  return { partition, region, account };
}

/** A part of a place that must match. */
type Part = 'partition' | 'region' | 'account';

const EVERYWHERE: readonly Part[] = ['partition', 'region', 'account'];

/** A given resource, and the parts that must match the stack. */
export interface Given {
  /** The name of the prop. */
  readonly name: string;
  readonly words: string;
  /** @default - only its ARN is known */
  readonly resource?: Partial<IResource> | undefined;
  /** @default - the place of the construct */
  readonly arn?: string | undefined;
  /** The parts that must match. @default - all, unless AWS accepts resources from elsewhere */
  readonly same?: readonly Part[];
}

/** @throws SettingError with a line per resource in another place, and per KMS alias. */
export function checkPlaces(scope: IConstruct, given: readonly Given[]): void {
  const lines = given.flatMap((each) => problemsOf(scope, each));
  if (lines.length === 0) return;
  throw new SettingError(lines.map((line) => `${scope.node.path}: ${line}`).join('\n'));
}

function problemsOf(scope: IConstruct, given: Given): readonly string[] {
  const { name, words, arn, resource, same = EVERYWHERE } = given;
  const alias = aliasOf(given);
  if (alias !== undefined) {
    return [
      `\`${name}\` must be a key, got the alias ${alias}. Use the key itself: an alias ` +
        'grants nothing in IAM, and CloudWatch Logs and Lambda take none. ' +
        "`aws kms describe-key` tells its ARN for `Key.fromKeyArn(this, 'Key', arn)`.",
    ];
  }
  const here = placeOfStack(scope);
  const there = placeOf(arn, resource);
  const part = same.find((each) => differs(here[each], there[each]));
  if (part === undefined) return [];
  return [
    `\`${name}\` must be ${words} in the ${part} of the stack, ${here[part]}, got one in ` +
      `${there[part]}. Use one of ${here[part]}, or leave it out for the default.`,
  ];
}

function placeOfStack(scope: IConstruct): Place {
  const { account, region } = Stack.of(scope);
  return { account, region, partition: partitionOf(region) };
}

/** The place of an ARN, or else of the construct, which may be in another stack. */
function placeOf(arn = '', resource: Partial<IResource> = {}): Place {
  const named = placeOfArn(arn);
  const region = named.region ?? resource.env?.region;
  return {
    region,
    account: named.account ?? resource.env?.account,
    partition: named.partition ?? (region === undefined ? undefined : partitionOf(region)),
  };
}

function differs(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
}

function known(part: string | undefined): string | undefined {
  return part === undefined || part === '' || Token.isUnresolved(part) ? undefined : part;
}

const ALIAS = /:(alias\/[^:]*)$/;

/** The name of an alias given as a key, or its path if the name is known only at deploy. */
function aliasOf({ arn = '', resource }: Given): string | undefined {
  const { aliasName } = (resource ?? {}) as { readonly aliasName?: string };
  const name = aliasName ?? ALIAS.exec(arn)?.[1];
  if (name === undefined) return undefined;
  return Token.isUnresolved(name) ? (resource?.node?.path ?? name) : `"${name}"`;
}
