/**
 * What only the finished app can tell: rules of security groups, endpoints and ids that clash with
 * a cache of ours, made by whomever, wherever.
 *
 * The tree is walked once an app, however many caches there are.
 */

import {
  CfnSecurityGroupEgress,
  CfnSecurityGroupIngress,
  CfnVPCEndpoint,
} from 'aws-cdk-lib/aws-ec2';
import type { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { Stack, Token } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import type { CacheSecurityGroup } from './cache-security-group';

/** Not to the end: CDK closes a service's name with a token, which is empty in most regions. */
const OUR_SERVICE = /\.(secretsmanager|elasticache)(?![\w.-])/;

const rulesByRoot = new WeakMap<IConstruct, AppRules>();

export class AppRules {
  /** The rules of the app that a construct is part of. */
  static of({ node }: IConstruct): AppRules {
    const known = rulesByRoot.get(node.root);
    if (known) return known;
    const made = new AppRules();
    rulesByRoot.set(node.root, made);
    node.root.node.addValidation({ validate: () => made.#problems(node.root) });
    return made;
  }

  readonly #securityGroups = new Map<string, CacheSecurityGroup>();
  /** The endpoints that we made, by the id of their VPC. */
  readonly #endpoints = new Map<string, readonly CfnVPCEndpoint[]>();
  readonly #groups: CfnReplicationGroup[] = [];

  private constructor() {}

  /** Nothing may be let out of it, and not everybody in. */
  guard(securityGroup: CacheSecurityGroup): void {
    this.#securityGroups.set(securityGroup.securityGroupId, securityGroup);
  }

  /** No other endpoint with private DNS may be in the VPC for the same services. */
  soleEndpoints(vpcId: string, endpoints: readonly CfnVPCEndpoint[]): void {
    this.#endpoints.set(vpcId, [...(this.#endpoints.get(vpcId) ?? []), ...endpoints]);
  }

  /** Its id must not be that of another one, once AWS has lower-cased both. */
  uniqueId(group: CfnReplicationGroup): void {
    this.#groups.push(group);
  }

  #problems(root: IConstruct): string[] {
    return [...root.node.findAll().flatMap((each) => this.#problemsOf(each)), ...this.#sameIds()];
  }

  #problemsOf(each: IConstruct): string[] {
    if (each instanceof CfnSecurityGroupIngress) {
      return this.#securityGroups.get(each.groupId ?? '')?.problemsOfIngress(each) ?? [];
    }
    if (each instanceof CfnSecurityGroupEgress) {
      return this.#securityGroups.get(each.groupId)?.problemsOfEgress(each) ?? [];
    }
    return each instanceof CfnVPCEndpoint ? this.#problemsOfEndpoint(each) : [];
  }

  /** AWS refuses a second endpoint with private DNS for one service, but only during the deploy. */
  #problemsOfEndpoint(each: CfnVPCEndpoint): string[] {
    const service = serviceOf(each);
    const ours = (this.#endpoints.get(each.vpcId) ?? []).find(
      (other) => serviceOf(other) === service,
    );
    if (service === undefined || ours === undefined || ours === each) return [];
    return [
      `${each.node.path} and ${ours.node.path} are two endpoints for ${service} in one VPC; ` +
        'allowed is one; share one `network` between caches, or pass the security group of the ' +
        'endpoint as `endpointSecurityGroup` of the network',
    ];
  }

  #sameIds(): string[] {
    const byId = new Map<string, string>();
    return this.#groups.flatMap((group) => {
      const id = group.replicationGroupId;
      if (id === undefined || Token.isUnresolved(id)) return [];
      const key = `${Stack.of(group).environment} ${id.toLowerCase()}`;
      const other = byId.get(key);
      byId.set(key, group.node.path);
      if (other === undefined) return [];
      return [
        `${group.node.path} has the id ${id}, which AWS keeps as ${id.toLowerCase()}, as does ` +
          `${other}; allowed is an id that no other cache has; change one`,
      ];
    });
  }
}

function serviceOf({ serviceName }: CfnVPCEndpoint): string | undefined {
  return OUR_SERVICE.exec(serviceName ?? '')?.[1];
}
