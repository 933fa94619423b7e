/**
 * The connection as a Kubernetes Secret: the manifests of a SecretStore and an ExternalSecret for
 * the External Secrets Operator, which copies the secret and refreshes the copy.
 *
 * The manifests hold the ARN of the secret, but no secret. `external-secrets.io/v1` exists since
 * version 0.16; version 0.17 removed the older API: https://external-secrets.io/latest/introduction
 */

import { Duration } from 'aws-cdk-lib/core';
import { DELIVERY_DEFAULTS } from '../settings/defaults';
import { duration, required, TEXT } from '../settings/value-kinds';
import type { IRedisAccess } from '../sharing/redis-access';
import type { Kinds } from '../validation/kinds';
import { wholeNumber } from '../validation/limits';
import { Problems, SettingError } from '../validation/setting-error';
import { checkedVariables, type SecretVariables, VARIABLES_KIND } from './secret-key';

export interface ExternalSecretsProps {
  /** The namespace of the application. */
  readonly namespace: string;

  /**
   * The service account whose role reads the secret, through IRSA: grant that role with
   * `cache.grantRead(role)`.
   *
   * @default - the operator reads with the identity of its own pod, for example EKS Pod Identity
   */
  readonly serviceAccountName?: string;

  /**
   * The name of the Secret that the application mounts, and of the ExternalSecret.
   *
   * @default 'redis'
   */
  readonly secretName?: string;

  /**
   * The name of the SecretStore.
   *
   * @default - the name of the Secret
   */
  readonly storeName?: string;

  /**
   * How often the operator reads the secret, in whole seconds: at least a minute, and at most half
   * of the grace period, so that the other half is left for restarting pods.
   *
   * @default Duration.hours(1)
   */
  readonly refreshInterval?: Duration;

  /**
   * The keys of the Secret, mapped to keys of the credentials secret.
   *
   * @default - REDIS_URL and REDIS_READER_URL
   */
  readonly variables?: SecretVariables;
}

export const MANIFEST_KINDS: Kinds<ExternalSecretsProps> = {
  namespace: required(TEXT),
  serviceAccountName: TEXT,
  secretName: TEXT,
  storeName: TEXT,
  refreshInterval: duration('minutes'),
  variables: VARIABLES_KIND,
};

export interface ManifestMetadata {
  readonly name: string;
  readonly namespace: string;
}

/** A manifest for `cluster.addManifest`, or as JSON for `kubectl apply`. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ManifestMetadata;
  readonly spec: object;
}

const API_VERSION = 'external-secrets.io/v1';
const REFRESH = Duration.hours(DELIVERY_DEFAULTS.refreshHours);
const REFRESH_SECONDS_MIN = 60;

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names */
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_LENGTH_MAX = 63;
const SUBDOMAIN_LENGTH_MAX = 253;

/** @throws SettingError with a line per invalid name or interval. */
export function externalSecrets(
  cache: IRedisAccess,
  props: ExternalSecretsProps,
): readonly Manifest[] {
  const { namespace, serviceAccountName, secretName = DELIVERY_DEFAULTS.secretName } = props;
  const { storeName = secretName } = props;
  const path = `${cache.node.path}.delivery`;
  const problems = new Problems();
  checkLabel(problems, 'namespace', namespace);
  checkSubdomain(problems, 'secretName', secretName);
  checkSubdomain(problems, 'storeName', storeName);
  if (serviceAccountName !== undefined) {
    checkSubdomain(problems, 'serviceAccountName', serviceAccountName);
  }
  const seconds = refreshSeconds(path, problems, cache.gracePeriod, props.refreshInterval);
  problems.throwAny(path);
  const jwt = serviceAccountName && { jwt: { serviceAccountRef: { name: serviceAccountName } } };
  const store: Manifest = {
    apiVersion: API_VERSION,
    kind: 'SecretStore',
    metadata: { name: storeName, namespace },
    spec: {
      provider: {
        aws: {
          service: 'SecretsManager',
          region: cache.env.region,
          ...(jwt && { auth: jwt }),
        },
      },
    },
  };
  const secret: Manifest = {
    apiVersion: API_VERSION,
    kind: 'ExternalSecret',
    metadata: { name: secretName, namespace },
    spec: {
      refreshPolicy: 'Periodic',
      refreshInterval: goDuration(seconds),
      secretStoreRef: { kind: 'SecretStore', name: storeName },
      // Keep the copy while AWS cannot be read: its password may still be accepted.
      target: { name: secretName, creationPolicy: 'Owner', deletionPolicy: 'Retain' },
      data: checkedVariables(path, props.variables).map(([secretKey, property]) => ({
        secretKey,
        remoteRef: { key: cache.credentials.secretArn, property },
      })),
    },
  };
  return [store, secret];
}

function refreshSeconds(
  path: string,
  problems: Problems,
  grace: Duration,
  given?: Duration,
): number {
  const max = Math.floor(grace.toSeconds() / 2);
  if (max < REFRESH_SECONDS_MIN) {
    throw new SettingError(
      `${path}: \`gracePeriod\` must be 1 day or more where an interval refreshes a copy of the ` +
        'secret, got 0 days: the next daily check revokes the previous password. Raise it, or ' +
        'let the application read the secret itself.',
    );
  }
  if (given === undefined) return REFRESH.toSeconds();
  const seconds = given.toSeconds({ integral: false });
  if (Number.isInteger(seconds) && seconds >= REFRESH_SECONDS_MIN && seconds <= max) return seconds;
  problems.add(
    'refreshInterval',
    given.toString(),
    `${wholeNumber({ min: REFRESH_SECONDS_MIN, max }, 'seconds')}, half of the grace period`,
  );
  return REFRESH.toSeconds();
}

function checkLabel(problems: Problems, setting: string, name: string): void {
  if (LABEL.test(name) && name.length <= LABEL_LENGTH_MAX) return;
  const allowed = `1 to ${LABEL_LENGTH_MAX} small letters, digits and -, no - at an end (DNS-1123)`;
  problems.add(setting, name, allowed, 'take the name that it has in the cluster');
}

function checkSubdomain(problems: Problems, setting: string, name: string): void {
  const isLegal = name.split('.').every((part) => LABEL.test(part));
  if (isLegal && name.length <= SUBDOMAIN_LENGTH_MAX) return;
  const allowed =
    `1 to ${SUBDOMAIN_LENGTH_MAX} small letters, digits, - and ., each part with a letter or ` +
    'digit at its ends (DNS-1123)';
  problems.add(setting, name, allowed, 'take the name that it has in the cluster');
}

/** The format that Kubernetes prints, so that comparing manifests shows no difference. */
function goDuration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = `${minutes}m${seconds % 60}s`;
  return hours === 0 ? rest : `${hours}h${rest}`;
}
