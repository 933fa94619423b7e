/** Registers the resources of a finished construct, and security groups, for the rules. */

import type { CfnSecurityGroup, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnResource } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { protect } from './check-templates';
import { madeResourcesSubject } from './made-resources';

/** Resources that an inner construct has already registered. */
const known = new WeakSet<CfnResource>();

/** Call it at the end of a constructor, before the resources can be changed. */
export function keepAsMade(scope: IConstruct): void {
  const made = scope.node.findAll().filter(CfnResource.isCfnResource);
  const resources = made.filter((resource) => !known.has(resource));
  for (const resource of resources) known.add(resource);
  protect(scope, 'madeResources', madeResourcesSubject(resources));
}

interface Groups {
  /**
   * The groups of clients and of the rotation function.
   *
   * @default - no group
   */
  readonly callers?: readonly SecurityGroup[];
  /** @default - no group */
  readonly endpoints?: readonly SecurityGroup[];
  /** @default - no network */
  readonly networks?: readonly string[];
  /** @default false */
  readonly takesLists?: boolean;
}

/** Registers security groups other than the cache's own for the rules. */
export function protectGroups(scope: IConstruct, groups: Groups): void {
  const resourcesOf = (made: readonly SecurityGroup[] = []) =>
    made.map(({ node }) => node.defaultChild as CfnSecurityGroup);
  const callers = resourcesOf(groups.callers);
  const endpoints = resourcesOf(groups.endpoints);
  const { networks = [], takesLists = false } = groups;
  const resources = [...callers, ...endpoints];
  protect(scope, 'groupNetworks', { callers, endpoints, networks, takesLists, resources });
}
