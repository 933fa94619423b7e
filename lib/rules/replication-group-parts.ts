/** Rules of the subnets, parameters and log groups of a replication group. */

import { possibleTexts } from './expressions';
import type { RenderedApp } from './rendered-app';
import type { RenderedResource } from './rendered-stack';
import type { ReplicationGroupSubject } from './replication-group-subject';
import { asMade, clipped, type Finding, isMade, type Rule } from './rule';

export const GROUP_PART_RULES: readonly Rule<ReplicationGroupSubject>[] = [
  asMade(['SubnetIds'], ({ subnetGroup }) => subnetGroup, {
    id: 'cache-subnets',
    protects: "the cache's subnet group",
    why: 'the network rejects public subnets, an override does not',
    allowed: "the subnets of the cache's network",
    fix: 'Choose subnets with the prop `network`.',
  }),
  {
    id: 'cache-subnet-routes',
    properties: ['AWS::EC2::Route GatewayId'],
    protects: "the cache's subnet group",
    why: 'a subnet with a route to an internet gateway is public, whatever its name',
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
          .map(([part]) => ({ resource, part, given: clipped(resource.properties[part]) }));
      }),
  },
];

/** Routes to an internet gateway in the route tables of the cache's subnets. */
function routesToInternet(subject: ReplicationGroupSubject, app: RenderedApp): readonly Finding[] {
  if (app.ofType('AWS::EC2::Route').length === 0) return [];
  const { subnetGroup, routeTableIds } = subject;
  const subnets = textsOf(app.branches(subnetGroup), 'SubnetIds');
  const associations = subnets.flatMap((id) =>
    app.namingText('AWS::EC2::SubnetRouteTableAssociation', 'SubnetId', id),
  );
  const [group] = app.branches(subnetGroup);
  const given = routeTableIds.flatMap((id) =>
    group ? possibleTexts(group.stack, group.resolve(id)) : [],
  );
  const tables = new Set([...textsOf(associations, 'RouteTableId'), ...given]);
  const routes = Array.from(tables).flatMap((id) =>
    app.namingText('AWS::EC2::Route', 'RouteTableId', id),
  );
  return Array.from(new Set(routes))
    .filter((route) => isToInternet(route, app))
    .map((resource) => ({
      resource,
      part: 'GatewayId',
      given: clipped(resource.properties.GatewayId),
    }));
}

function textsOf(resources: readonly RenderedResource[], property: string): readonly string[] {
  return Array.from(new Set(resources.flatMap((each) => each.texts(property))));
}

function isToInternet(route: RenderedResource, app: RenderedApp): boolean {
  const isOurs = app
    .namedBy(route, 'GatewayId')
    .some(({ body }) => body.Type === 'AWS::EC2::InternetGateway');
  return isOurs || route.texts('GatewayId').some((text) => text.startsWith('igw-'));
}
