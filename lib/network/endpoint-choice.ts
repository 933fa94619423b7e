/**
 * How rotation functions and clients reach Secrets Manager and the ElastiCache API: the choices,
 * their defaults, and contradictions. `docs/networks.md` explains each choice.
 */

/** The route from the subnets of a network to one service. */
export enum EndpointChoice {
  /**
   * Creates an interface endpoint with private DNS. It serves the whole VPC, and admits only the
   * caches of this network.
   */
  CREATE = 'create',
  /** The VPC already has an interface endpoint with private DNS. */
  EXISTING = 'existing',
  /** NAT, or another route to the public address of the service. */
  NONE = 'none',
}

export const ENDPOINT_CHOICES = Object.values(EndpointChoice);

/** The chosen settings, from props of `RedisNetwork` or a stage file. */
export interface EndpointSettings {
  /** @default - create in a new VPC; see `RedisNetworkProps` */
  readonly endpoints?: `${EndpointChoice}` | undefined;
  /** @default - that of `endpoints` */
  readonly secretsManagerEndpoint?: `${EndpointChoice}` | undefined;
  /** @default - that of `endpoints` */
  readonly elastiCacheEndpoint?: `${EndpointChoice}` | undefined;
  /** @default false */
  readonly sharedVpc?: boolean | undefined;
  /** Whether a VPC and a security group of endpoints are given. */
  readonly hasVpc: boolean;
  readonly hasGroup: boolean;
}

export interface EndpointChoices {
  readonly secretsManager: `${EndpointChoice}`;
  readonly elastiCache: `${EndpointChoice}`;
}

/** The effective choices: per service, else `endpoints`, else the implied default. */
export function endpointsOf(settings: EndpointSettings): EndpointChoices {
  const implied = settings.hasGroup ? EndpointChoice.EXISTING : EndpointChoice.CREATE;
  const both = settings.endpoints ?? implied;
  return {
    secretsManager: settings.secretsManagerEndpoint ?? both,
    elastiCache: settings.elastiCacheEndpoint ?? both,
  };
}

/** Whether an endpoint is created by default in a given VPC, which may have other users. */
export function isCreatedByDefault(settings: EndpointSettings): boolean {
  const { hasVpc, endpoints, secretsManagerEndpoint, elastiCacheEndpoint } = settings;
  if (!hasVpc || endpoints !== undefined) return false;
  const { secretsManager, elastiCache } = endpointsOf(settings);
  return (
    (secretsManagerEndpoint === undefined && secretsManager === EndpointChoice.CREATE) ||
    (elastiCacheEndpoint === undefined && elastiCache === EndpointChoice.CREATE)
  );
}

/** A contradiction between settings. */
export interface EndpointProblem {
  readonly setting: 'endpoints' | 'endpointSecurityGroup' | 'sharedVpc';
  readonly allowed: string;
  readonly given: string;
  readonly advice: string;
}

export function endpointProblems(settings: EndpointSettings): readonly EndpointProblem[] {
  const { hasVpc, hasGroup, sharedVpc } = settings;
  const { secretsManager, elastiCache } = endpointsOf(settings);
  const chosen = [secretsManager, elastiCache];
  const isCreating = chosen.includes(EndpointChoice.CREATE);
  if (!hasVpc) return withoutVpc(settings);
  const problems: EndpointProblem[] = [];
  if (sharedVpc && isCreating) {
    problems.push({
      setting: 'endpoints',
      allowed:
        '"existing" or "none" with `sharedVpc`: in a VPC that another account shares AWS ' +
        'lets only its owner make endpoints',
      given: settings.endpoints === undefined ? 'nothing' : '"create"',
      advice: 'Choose one; docs/networks.md says what the owner must do.',
    });
  }
  if (hasGroup && !chosen.includes(EndpointChoice.EXISTING)) {
    problems.push({
      setting: 'endpointSecurityGroup',
      allowed: 'nothing unless an endpoint is "existing": it is the group of existing endpoints',
      given: 'one',
      advice: 'Remove it, or choose "existing".',
    });
  }
  return problems;
}

/** A new VPC has no NAT, no existing endpoints and no other owner. */
function withoutVpc(settings: EndpointSettings): readonly EndpointProblem[] {
  const { hasGroup, sharedVpc } = settings;
  // A group implies "existing" without a choice by name.
  const chosen = Object.values(endpointsOf({ ...settings, hasGroup: false }));
  const other = chosen.find((choice) => choice !== EndpointChoice.CREATE);
  const none = 'nothing without a VPC that exists';
  const create = '"create" in a new VPC, which has no NAT gateway and no endpoints';
  const advice = 'Pass the VPC that has it, or remove the setting.';
  return [
    ...(hasGroup ? [['endpointSecurityGroup', 'one', none] as const] : []),
    ...(sharedVpc ? [['sharedVpc', 'true', none] as const] : []),
    ...(other === undefined ? [] : [['endpoints', `"${other}"`, create] as const]),
  ].map(([setting, given, allowed]) => ({ setting, given, allowed, advice }));
}

/** The warning about endpoints that are created by default in a given VPC. */
export const CREATED_BY_DEFAULT =
  'The VPC gets interface endpoints for Secrets Manager and ElastiCache with private DNS: ' +
  'everything in this VPC that calls these services then goes through them, and they let through ' +
  'the caches of this network only. An application that reads other secrets there loses access ' +
  'until its security group may reach `endpointSecurityGroup` of the network on port 443, and ' +
  'the policies of the endpoints allow what it calls. Say by name what you want, with ' +
  '`endpoints` of `network`: ' +
  '"none" for NAT, "existing" for endpoints that the VPC has, "create" for new ones, which ends ' +
  'this warning. ' +
  'docs/networks.md, New endpoints, has an example.';
