/** Checks that new endpoints do not collide with the private DNS names of existing endpoints. */

import { ofType } from '../template/stack-template';
import { textOf } from '../template/values';
import { newOf } from './added';
import { type Check, type CheckFinding, cannotTell, fine, willFail } from './finding';

const ENDPOINT = 'AWS::EC2::VPCEndpoint';

export const privateDnsIsFree: Check = async (facts) => {
  const { templates, account, place, region } = facts;
  const what = 'private DNS of endpoints';
  const known = place.kind === 'answer' ? place.value : { partition: 'aws', account: undefined };
  const findings: CheckFinding[] = [];
  for (const template of templates) {
    const before = await facts.deployed(template.stack);
    const added = newOf(ENDPOINT, template, before.kind === 'answer' ? before.value : undefined);
    for (const [id, { VpcId, ServiceName, PrivateDnsEnabled }] of ofType(template, ENDPOINT)) {
      // A new VPC has no other endpoint.
      if (PrivateDnsEnabled !== true || !added.includes(id) || typeof VpcId !== 'string') continue;
      const service = textOf(ServiceName, template, { ...known, region });
      const answer = await account.endpoints(VpcId);
      if (answer.kind === 'none') findings.push(cannotTell(what, answer.why));
      else if (service === undefined) {
        findings.push(cannotTell(what, 'the service is known only at deploy'));
      } else if (!answer.value.some((each) => each.service === service && each.hasPrivateDns)) {
        findings.push(fine(what, `${VpcId} has no endpoint of ${service} with private DNS`));
      } else if (before.kind === 'none') {
        findings.push(
          cannotTell(
            what,
            `${VpcId} has an endpoint of ${service}, which may be that of ${template.stack}: ` +
              before.why,
          ),
        );
      } else findings.push(taken(what, VpcId, service));
    }
  }
  return findings.length > 0
    ? findings
    : [fine(what, 'the deploy adds no endpoint to a VPC that exists')];
};

function taken(what: string, vpc: string, service: string): CheckFinding {
  const setting = service.endsWith('.elasticache')
    ? 'elastiCacheEndpoint'
    : 'secretsManagerEndpoint';
  return willFail(
    what,
    `${vpc} must have no endpoint of ${service} with private DNS, got an endpoint.`,
    `Set \`"${setting}": "existing"\` in \`shared.network\` (docs/networks.md).`,
  );
}
