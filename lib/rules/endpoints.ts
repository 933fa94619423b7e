/** The rule of the interface endpoints: at most one per service in a VPC. */

import type { CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2';
import type { RenderedResource } from './rendered-stack';
import type { Rule, Subject } from './rule';

/** The endpoints of a network. */
export type EndpointsSubject = Subject & { readonly resources: readonly CfnVPCEndpoint[] };

/** Not anchored at the end: CDK appends a token to a service's name, empty in most regions. */
const OUR_SERVICE = /\.(secretsmanager|elasticache)(?![\w.-])/;

function serviceOf(endpoint: RenderedResource): string | undefined {
  return OUR_SERVICE.exec(endpoint.texts('ServiceName').join(''))?.[1];
}

const singleEndpoint: Rule<EndpointsSubject> = {
  id: 'endpoint-single',
  properties: ['AWS::EC2::VPCEndpoint ServiceName'],
  protects: 'the interface endpoints of a network',
  why: 'AWS rejects a second endpoint with private DNS for a service, but only during the deploy',
  allowed: 'that of a service without another endpoint in the VPC',
  fix:
    'Share one `network` between caches, or pass the security group of the endpoint as ' +
    '`endpointSecurityGroup` of the network.',
  judge: ({ resources }, app) =>
    resources.flatMap((endpoint) => {
      const own = app.find(endpoint);
      if (own === undefined) return [];
      const all = app.ofType(own.body.Type);
      const place = all.findIndex(({ key }) => key === own.key);
      const [vpc] = own.texts('VpcId');
      return all
        .filter(
          (other, index) =>
            other.key !== own.key &&
            other.properties.PrivateDnsEnabled === true &&
            other.texts('VpcId').includes(vpc ?? '') &&
            serviceOf(other) === serviceOf(own) &&
            // Of two networks, the error names the later one.
            (index < place || !app.isProtected(other)),
        )
        .map((other) => {
          const [resource, kept] = app.isProtected(other) ? [own, other] : [other, own];
          const given = `${serviceOf(own)} beside ${kept.path}`;
          return { resource, part: 'ServiceName', given };
        });
    }),
};

export const ENDPOINT_RULES: readonly Rule<EndpointsSubject>[] = [singleEndpoint];
