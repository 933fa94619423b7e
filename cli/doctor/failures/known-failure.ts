/** One row of the table of `doctor`: a failure between an application and its server. */

export interface KnownFailure {
  /** Stable, in kebab case; docs/doctor.md has a heading for each. */
  readonly id: string;
  /** What happened, as one sentence. */
  readonly what: string;
  /**
   * Texts of servers and client libraries that tell this failure alone; empty if only a connection
   * can tell it. What matches is printed, or the group `shown`: neither may hold a secret.
   */
  readonly texts: readonly RegExp[];
  /** Another row, which some of the texts can tell as well: then both are named. */
  readonly or?: { readonly texts: readonly RegExp[]; readonly id: string };
  readonly cause: string;
  /** What to do, most likely first. */
  readonly fix: readonly string[];
  readonly link: string;
}

const REDIS = 'https://redis.io/docs/latest';
const AWS = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg';

/** The pages that rows link to. */
export const LINKS = {
  acl: `${REDIS}/operate/oss_and_stack/management/security/acl/`,
  aws: `${AWS}/TroubleshootingConnections.html`,
  awsAccess: `${AWS}/accessing-elasticache.html`,
  celery: 'https://docs.celeryq.dev/en/stable/userguide/configuration.html',
  certificates: 'https://docs.openssl.org/3.0/man1/openssl-verification-options/',
  clients: `${REDIS}/develop/reference/clients/`,
  cluster: `${REDIS}/operate/oss_and_stack/reference/cluster-spec/`,
  commands: `${REDIS}/commands/`,
  composeFile: 'https://docs.docker.com/reference/compose-file/services/',
  composeNetwork: 'https://docs.docker.com/compose/how-tos/networking/',
  composeVariables:
    'https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/',
  eviction: `${REDIS}/develop/reference/eviction/`,
  iam: `${AWS}/auth-iam.html`,
  persistence: `${REDIS}/operate/oss_and_stack/management/persistence/`,
  replication: `${REDIS}/operate/oss_and_stack/management/replication/`,
  scripts: `${REDIS}/develop/programmability/eval-intro/`,
  security: `${REDIS}/operate/oss_and_stack/management/security/`,
  select: `${REDIS}/commands/select/`,
  sentinel: `${REDIS}/operate/oss_and_stack/management/sentinel/`,
  tls: `${REDIS}/operate/oss_and_stack/management/security/encryption/`,
  troubleshooting: `${REDIS}/operate/oss_and_stack/management/troubleshooting/`,
  url: 'https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1',
} as const;
