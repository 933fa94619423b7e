/** Has what a construct made judged: all of it once it is finished, and its security groups. */

import type { CfnSecurityGroup, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnResource } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { protect } from './engine';
import { madeResourcesSubject } from './made-resources';

/** What a construct within another one has had judged itself. */
const known = new WeakSet<CfnResource>();

/** To be called at the end of a constructor, before anybody can change what it made. */
export function keepAsMade(scope: IConstruct): void {
  const made = scope.node.findAll().filter(CfnResource.isCfnResource);
  const resources = made.filter((resource) => !known.has(resource));
  for (const resource of resources) known.add(resource);
  protect(scope, 'madeResources', madeResourcesSubject(resources));
}

interface Groups {
  /**
   * Of clients and of the rotation function.
   *
   * @default - none
   */
  readonly callers?: readonly SecurityGroup[];
  /** @default - none */
  readonly endpoints?: readonly SecurityGroup[];
  /** @default - none */
  readonly networks?: readonly string[];
  /** @default false */
  readonly takesLists?: boolean;
}

/** Has the rules of security groups beside the cache's own judged. */
export function protectGroups(scope: IConstruct, groups: Groups): void {
  const resourcesOf = (made: readonly SecurityGroup[] = []) =>
    made.map(({ node }) => node.defaultChild as CfnSecurityGroup);
  const callers = resourcesOf(groups.callers);
  const endpoints = resourcesOf(groups.endpoints);
  const { networks = [], takesLists = false } = groups;
  const resources = [...callers, ...endpoints];
  protect(scope, 'groupNetworks', { callers, endpoints, networks, takesLists, resources });
}
