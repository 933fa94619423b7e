/** Checks that account, region, VPC and bootstrap version match the stage. */

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
  // A topic may belong to another account; a key may not.
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
  if (ofArns.length > 0)
    return [fine(what, `the credentials are of ${account}, the account of the key`)];
  return [
    cannotTell(
      what,
      `the credentials are of ${account}, and the stage names no account`,
      'Set `account` in the stage file.',
    ),
  ];
};

export const regionMatches: Check = async (facts) => {
  const { region, templates } = facts;
  const what = 'region';
  // Preflight and CDK both use the region of the stage.
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
  if (arns.length > 0) return [fine(what, `${region}, the region of the stage's ARNs`)];
  return [
    cannotTell(
      what,
      `checked ${region}, and the stage names no region`,
      'Set `region` in the stage file.',
    ),
  ];
};

function stated({ templates }: AccountFacts, part: 'account' | 'region'): readonly string[] {
  const all = templates.flatMap((template) => environmentOf(template)[part] ?? []);
  return Array.from(new Set(all));
}

/** Checks the existing VPC and subnets that the stage names. */
export const networkExists: Check = async ({ templates, account, region }) => {
  const what = 'VPC';
  const vpcs = textsIn(templates, /"(vpc-[0-9a-f]+)"/g);
  const subnets = textsIn(templates, /"(subnet-[0-9a-f]+)"/g);
  if (vpcs.length + subnets.length === 0) return [fine(what, 'the deploy creates it')];
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

/** Minimum version of the bootstrap stack for these templates. */
const BOOTSTRAP_MIN = 6;
const DEFAULT_QUALIFIER = 'hnb659fds';

/** Checks each bootstrap stack that a template names: an app may have its own qualifier. */
export const isBootstrapped: Check = async (facts) => {
  const paths = facts.templates.flatMap(({ parameters }) => {
    const { Default: name } = parameters?.BootstrapVersion ?? {};
    return typeof name === 'string' ? name.replace(/\/version$/, '') : [];
  });
  const each = Array.from(new Set(paths));
  if (each.length === 0) return [fine('cdk bootstrap', 'the templates need no bootstrap stack')];
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
