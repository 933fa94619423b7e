/**
 * The network of one or several caches: private subnets, and the routes to Secrets Manager and the
 * ElastiCache API that a rotation needs: new endpoints, existing endpoints, or NAT.
 */

import {
  type CfnVPCEndpoint,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type IPeer,
  type ISecurityGroup,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Annotations, Aws, Stack, Token } from 'aws-cdk-lib/core';
import { Construct, type IConstruct } from 'constructs';
import { AppQuotas } from '../quotas/app-quotas';
import { protect } from '../rules/check-templates';
import { keepAsMade, protectGroups } from '../rules/keep-as-made';
import { elastiCacheEndpoint } from '../settings/partitions';
import { checkedScope } from '../validation/kinds';
import { SettingError } from '../validation/setting-error';
import { anyUserArn, type CacheArns, ofAnyCache } from './cache-arns';
import {
  CREATED_BY_DEFAULT,
  EndpointChoice,
  type EndpointChoices,
  endpointsOf,
  isCreatedByDefault,
} from './endpoint-choice';
import { checkedEndpoints, chosenSubnets } from './network-checks';
import { makeVpc } from './new-vpc';
import type { RedisNetworkProps } from './redis-network-props';
import {
  ACCESS_SECRET_ACTIONS,
  CLUSTER_ACTIONS,
  groupActions,
  SECRET_ACTIONS,
  USER_ACTIONS,
  USER_GROUP_ACTIONS,
} from './rotation-actions';

const HTTPS = Port.tcp(443);

export class RedisNetwork extends Construct {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly #group: ISecurityGroup | undefined;
  /** Egress targets through which functions and clients reach the two services. */
  readonly #peers: readonly (ISecurityGroup | IPeer)[];
  readonly #secretsManager: InterfaceVpcEndpoint | undefined;
  readonly #elastiCache: InterfaceVpcEndpoint | undefined;

  /** @throws SettingError if the subnets are unsuitable, or the choices contradict each other. */
  constructor(scope: Construct, id: string, props: RedisNetworkProps = {}) {
    super(checkedScope(scope, id), id);
    const settings = checkedEndpoints(this, props);
    const endpoints = endpointsOf(settings);
    this.vpc = props.vpc ?? makeVpc(this, props);
    this.subnets = chosenSubnets(this, this.vpc, props.subnets, endpoints);
    const made = this.#makeEndpoints(endpoints);
    this.#secretsManager = made.secretsManager;
    this.#elastiCache = made.elastiCache;
    this.#group = made.group ?? props.endpointSecurityGroup;
    const quotas = AppQuotas.of(this);
    for (const each of this._dependencies) quotas.measurePolicy(each);
    if (this.#group) quotas.countRules(this.#group);
    this.#peers = this.#findPeers(endpoints, made.group, props);
    keepAsMade(this);
    if (isCreatedByDefault(settings)) {
      Annotations.of(this).addWarningV2('secure-redis:endpoints-in-given-vpc', CREATED_BY_DEFAULT);
    }
  }

  /** @throws SettingError if the network has no known security group of endpoints. */
  get endpointSecurityGroup(): ISecurityGroup {
    if (this.#group) return this.#group;
    throw new SettingError(
      `${this.node.path}: \`endpointSecurityGroup\` must be that of endpoints, got a network ` +
        'that knows none. Make a security group for what you add.',
    );
  }

  /**
   * @internal CIDR blocks through which the two services are reached, if not through a security
   * group.
   */
  get _serviceNetworks(): readonly string[] {
    return this.#peers.flatMap((peer) => peer.toEgressRuleConfig().cidrIp ?? []);
  }

  /** @internal Resources that must exist before a function in this network can call AWS. */
  get _dependencies(): IConstruct[] {
    const parts = [this.#secretsManager, this.#elastiCache, this.#group];
    return parts.filter((each) => each !== undefined);
  }

  /** Allows a client to reach Secrets Manager and ElastiCache on port 443. */
  admitToEndpoints(client: ISecurityGroup, description: string): void {
    const isImported = !Token.isUnresolved(client.securityGroupId);
    for (const peer of this.#peers) {
      if (isImported && SecurityGroup.isSecurityGroup(peer)) {
        peer.connections.allowFrom(this.#importHere(client), HTTPS, description);
        client.addEgressRule(peer, HTTPS, description);
      } else {
        // From the client's side: the rules go into its stack. Rules in the stack of a given
        // security group would make both stacks depend on each other.
        client.connections.allowTo(peer, HTTPS, description);
      }
    }
  }

  /**
   * Imports a client into the stack of the network, once for all stacks that import it: EC2 rejects
   * the same rule twice, and removing one of two removes both.
   */
  #importHere({ securityGroupId: id }: ISecurityGroup): ISecurityGroup {
    const known = this.node.tryFindChild(id);
    if (known !== undefined && SecurityGroup.isSecurityGroup(known)) return known;
    return SecurityGroup.fromSecurityGroupId(this, id, id, { mutable: false });
  }

  /**
   * @internal Allows through the endpoints only what a cache and its clients need. For a cache of
   * another stack, that is all secrets and caches of this account: naming one would make the two
   * stacks depend on each other.
   */
  _allowThroughEndpoints(cache: CacheArns): void {
    const isNear = Stack.of(cache.scope) === Stack.of(this);
    const any = ofAnyCache(this, cache);
    const {
      secretArns,
      groupArn,
      nodeArns,
      userArns = [],
      otherUserArns = [],
      access,
    } = isNear ? cache : any;
    // A policy without a statement would let everything through.
    const secrets = secretArns.length > 0 ? secretArns : any.secretArns;
    this.#secretsManager?.addToPolicy(ofThisAccount(secrets, SECRET_ACTIONS));
    this.#elastiCache?.addToPolicy(ofThisAccount([groupArn], groupActions(cache)));
    if (nodeArns) this.#elastiCache?.addToPolicy(ofThisAccount([nodeArns], CLUSTER_ACTIONS));
    const users = [...userArns, ...otherUserArns];
    if (users.length > 0) this.#elastiCache?.addToPolicy(ofThisAccount(users, USER_ACTIONS));
    if (access) {
      const group = [access.groupArn, anyUserArn(this)];
      this.#elastiCache?.addToPolicy(ofThisAccount(group, USER_GROUP_ACTIONS));
      this.#secretsManager?.addToPolicy(ofThisAccount([access.secretArn], ACCESS_SECRET_ACTIONS));
    }
  }

  #makeEndpoints({ secretsManager, elastiCache }: EndpointChoices): MadeEndpoints {
    const isMade = (choice: string) => choice === EndpointChoice.CREATE;
    if (!isMade(secretsManager) && !isMade(elastiCache)) return {};
    const group = new SecurityGroup(this, 'EndpointSecurityGroup', {
      vpc: this.vpc,
      description: 'Secure Redis: interface endpoints',
      allowAllOutbound: false,
    });
    const make = (id: string, service: InterfaceVpcEndpointAwsService) =>
      this.#makeEndpoint(id, service, group);
    const { SECRETS_MANAGER } = InterfaceVpcEndpointAwsService;
    const made = {
      group,
      secretsManager: isMade(secretsManager) ? make('SecretsManager', SECRETS_MANAGER) : undefined,
      elastiCache: isMade(elastiCache) ? make('ElastiCache', elastiCacheEndpoint(this)) : undefined,
    };
    const resources = [made.secretsManager, made.elastiCache]
      .filter((each) => each !== undefined)
      .map(({ node }) => node.defaultChild as CfnVPCEndpoint);
    protect(this, 'endpoints', { resources });
    protectGroups(this, { endpoints: [group] });
    return made;
  }

  /** Another account's group cannot be referenced, so its endpoints are reached by address. */
  #findPeers(
    { secretsManager, elastiCache }: EndpointChoices,
    made: ISecurityGroup | undefined,
    { endpointSecurityGroup, sharedVpc }: RedisNetworkProps,
  ): readonly (ISecurityGroup | IPeer)[] {
    const chosen = new Set<string>([secretsManager, elastiCache]);
    const peers: (ISecurityGroup | IPeer)[] = made ? [made] : [];
    if (chosen.has(EndpointChoice.NONE)) return [...peers, Peer.anyIpv4()];
    if (!chosen.has(EndpointChoice.EXISTING)) return peers;
    const isOurs = endpointSecurityGroup !== undefined && !sharedVpc;
    return [...peers, isOurs ? endpointSecurityGroup : addressesOf(this.vpc)];
  }

  #makeEndpoint(
    id: string,
    service: InterfaceVpcEndpointAwsService,
    group: ISecurityGroup,
  ): InterfaceVpcEndpoint {
    return new InterfaceVpcEndpoint(this, id, {
      vpc: this.vpc,
      service,
      subnets: this.subnets,
      securityGroups: [group],
      privateDnsEnabled: true,
      // Otherwise CDK admits the whole VPC.
      open: false,
    });
  }
}

interface MadeEndpoints {
  readonly group?: ISecurityGroup;
  readonly secretsManager?: InterfaceVpcEndpoint | undefined;
  readonly elastiCache?: InterfaceVpcEndpoint | undefined;
}

/** The addresses of a VPC, or all addresses for an imported VPC without this information. */
function addressesOf(vpc: IVpc): IPeer {
  try {
    return Peer.ipv4(vpc.vpcCidrBlock);
  } catch {
    return Peer.anyIpv4();
  }
}

/**
 * An endpoint policy grants nothing but limits access, so it names the account instead of roles.
 */
function ofThisAccount(resources: readonly string[], actions: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    principals: [new AnyPrincipal()],
    actions: [...actions],
    resources: [...resources],
    conditions: { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } },
  });
}
