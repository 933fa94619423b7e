/** Rules of the subnets, parameters and log groups of a replication group. */

import type { ReplicationGroupSubject } from './group-subject';
import type { RenderedApp } from './rendered-app';
import type { RenderedResource } from './rendered-stack';
import { asMade, isMade, type Rule, shown } from './rule';

export const GROUP_PART_RULES: readonly Rule<ReplicationGroupSubject>[] = [
  asMade(['SubnetIds'], ({ subnetGroup }) => subnetGroup, {
    id: 'cache-subnets',
    protects: "the cache's subnet group",
    why: 'the network refuses public subnets, an override does not',
    allowed: "the subnets of the cache's network",
    fix: 'Choose subnets with the prop `network`.',
  }),
  {
    id: 'cache-subnet-routes',
    properties: ['AWS::EC2::Route GatewayId'],
    protects: "the cache's subnet group",
    why: 'a subnet with a route to an internet gateway is public, whatever its name says',
    allowed: "absent in the subnets of a cache's network",
    fix: 'Remove the route, or take other subnets for the cache.',
    judge: routesToInternet,
  },
  {
    id: 'cache-parameters',
    properties: ['CacheParameterGroupFamily', 'Properties'],
    protects: "the cache's parameter group",
    why: 'the prop checks names and values, an override does not',
    allowed: 'what the props say',
    fix: 'Set the prop `parameters`.',
    judge: ({ parameterGroup, made, parameters }, app) =>
      app.branches(parameterGroup).flatMap((resource) => {
        const expected = { CacheParameterGroupFamily: made.CacheParameterGroupFamily };
        return Object.entries({ ...expected, Properties: parameters })
          .filter(([part, value]) => !isMade(resource, part, value))
          .map(([part]) => ({ resource, part, given: shown(resource.properties[part]) }));
      }),
  },
  {
    id: 'cache-log-key',
    properties: ['KmsKeyId'],
    protects: "the cache's log groups",
    why: 'the slow log can hold keys and values, so it is as secret as the data',
    allowed: "the cache's key",
    fix: 'Pass the key as the prop `encryptionKey`.',
    judge: ({ logGroups, made }, app) =>
      logGroups
        .flatMap((logGroup) => app.branches(logGroup))
        .filter((resource) => !isMade(resource, 'KmsKeyId', made.KmsKeyId))
        .map((resource) => ({
          resource,
          part: 'KmsKeyId',
          given: shown(resource.properties.KmsKeyId),
        })),
  },
];

/** Routes to an internet gateway in the route tables of the cache's subnets. */
function routesToInternet({ subnetGroup }: ReplicationGroupSubject, app: RenderedApp) {
  const subnets = app.branches(subnetGroup).flatMap((each) => app.namedBy(each, 'SubnetIds'));
  const tables = Array.from(new Set(subnets))
    .flatMap((subnet) => app.naming('AWS::EC2::SubnetRouteTableAssociation', 'SubnetId', subnet))
    .flatMap((association) => app.namedBy(association, 'RouteTableId'));
  const routes = Array.from(new Set(tables)).flatMap((table) =>
    app.naming('AWS::EC2::Route', 'RouteTableId', table),
  );
  return routes
    .filter((route) => isToInternet(route, app))
    .map((resource) => ({
      resource,
      part: 'GatewayId',
      given: shown(resource.properties.GatewayId),
    }));
}

function isToInternet(route: RenderedResource, app: RenderedApp): boolean {
  const isOurs = app
    .namedBy(route, 'GatewayId')
    .some(({ body }) => body.Type === 'AWS::EC2::InternetGateway');
  return isOurs || route.texts('GatewayId').some((text) => text.startsWith('igw-'));
}
