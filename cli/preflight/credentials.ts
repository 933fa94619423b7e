/** Whether account and region are those that the stage, or what it is given, is in. */

import {
  type AccountFacts,
  arnsIn,
  type Check,
  type CheckFinding,
  cannotTell,
  environmentOf,
  fine,
  listed,
  textsIn,
  willFail,
} from './finding';

export const accountMatches: Check = async (facts) => {
  const { place, templates } = facts;
  const what = 'account';
  if (place.kind === 'none') return [cannotTell(what, place.why)];
  const { account = '' } = place.value;
  const named = stated(facts, 'account');
  // SNS takes alarms from other accounts.
  const ofArns = arnsIn(templates, 'kms').map((arn) => ({ arn, account: arn.split(':')[4] }));
  const other = named.find((each) => each !== account);
  if (other !== undefined) {
    return [
      willFail(
        what,
        `the credentials must be of ${other}, which the stage names, got ${account}.`,
        'Choose others with --profile.',
      ),
    ];
  }
  if (named.length > 0) return [fine(what, `the credentials are of ${account}, as the stage says`)];
  const elsewhere = ofArns.find((each) => each.account !== account);
  if (elsewhere !== undefined) {
    return [
      willFail(
        what,
        `the credentials must be of the account of ${elsewhere.arn}, got ${account}.`,
        'Choose others with --profile, or name a key of this account.',
      ),
    ];
  }
  if (ofArns.length > 0) return [fine(what, `the credentials are of ${account}, as the key is`)];
  return [
    cannotTell(
      what,
      `the credentials are of ${account}, and nothing of the stage names an account`,
      'Set `account` in the stage file.',
    ),
  ];
};

export const regionMatches: Check = async (facts) => {
  const { region, templates } = facts;
  const what = 'region';
  // Then it is where AWS is asked, and where CDK deploys.
  if (stated(facts, 'region').length > 0) return [fine(what, `${region}, as the stage says`)];
  const arns = [...arnsIn(templates, 'kms'), ...arnsIn(templates, 'sns')];
  const elsewhere = arns.find((arn) => arn.split(':')[3] !== region);
  if (elsewhere !== undefined) {
    return [
      willFail(
        what,
        `it must be that of ${elsewhere}, got ${region}.`,
        'Choose it with --region and AWS_REGION, or name one of this region.',
      ),
    ];
  }
  if (arns.length > 0) return [fine(what, `${region}, as that of the ARNs of the stage`)];
  return [
    cannotTell(
      what,
      `asked in ${region}, and nothing of the stage names a region`,
      'Set `region` in the stage file.',
    ),
  ];
};

function stated({ templates }: AccountFacts, part: 'account' | 'region'): readonly string[] {
  const all = templates.flatMap((template) => environmentOf(template)[part] ?? []);
  return Array.from(new Set(all));
}

/** The VPC and the subnets that the stage names, and that a deploy takes as they are. */
export const networkExists: Check = async ({ templates, account, region }) => {
  const what = 'VPC';
  const vpcs = textsIn(templates, /"(vpc-[0-9a-f]+)"/g);
  const subnets = textsIn(templates, /"(subnet-[0-9a-f]+)"/g);
  if (vpcs.length + subnets.length === 0) return [fine(what, 'the deploy makes it')];
  const [here, zones] = await Promise.all([account.vpcs(), account.subnetZones()]);
  if (here.kind === 'none') return [cannotTell(what, here.why)];
  if (zones.kind === 'none') return [cannotTell(what, zones.why)];
  const missing = [
    ...vpcs.filter((id) => !here.value.includes(id)),
    ...subnets.filter((id) => zones.value[id] === undefined),
  ];
  const all = listed([...vpcs, ...subnets]);
  if (missing.length === 0) return [fine(what, `${all} exist in this account and region`)];
  return [
    willFail(
      what,
      `${all} must exist in this account in ${region}, got no ${listed(missing)}.`,
      'Correct `shared.network` in the stage file, or choose other credentials.',
    ),
  ];
};

/** Which version of the bootstrap stack the templates need. */
const BOOTSTRAP_MIN = 6;
const DEFAULT_QUALIFIER = 'hnb659fds';

/** Of each bootstrap stack that a template names: an app may have its own qualifier. */
export const isBootstrapped: Check = async (facts) => {
  const paths = facts.templates.flatMap(({ parameters }) => {
    const { Default: name } = parameters?.BootstrapVersion ?? {};
    return typeof name === 'string' ? name.replace(/\/version$/, '') : [];
  });
  const each = Array.from(new Set(paths));
  if (each.length === 0) return [fine('cdk bootstrap', 'the templates need none')];
  return Promise.all(each.map((path) => bootstrapFinding(path, facts)));
};

async function bootstrapFinding(
  path: string,
  { account, place, region }: AccountFacts,
): Promise<CheckFinding> {
  const what = 'cdk bootstrap';
  const published = await account.published(path);
  if (published.kind === 'none') return cannotTell(what, published.why);
  const version = Number(published.value.version ?? 0);
  if (version >= BOOTSTRAP_MIN) return fine(what, `version ${version}`);
  const where = place.kind === 'answer' ? (place.value.account ?? 'ACCOUNT') : 'ACCOUNT';
  const qualifier = path.slice(path.lastIndexOf('/') + 1);
  const option = qualifier === DEFAULT_QUALIFIER ? '' : ` --qualifier ${qualifier}`;
  return willFail(
    what,
    `its version must be ${BOOTSTRAP_MIN} or later, got ${version === 0 ? 'none' : version}.`,
    `Run \`npx cdk bootstrap${option} aws://${where}/${region}\`.`,
  );
}
