/**
 * Model of Secrets Manager's store: versions, staging labels, rotation.
 *
 * Pure and synchronous. Source of the rules:
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
 */

import { LABEL } from '../../contract/rotation';

/** An error with AWS's name. Never contains a secret value. */
export class AwsError extends Error {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}

interface Version {
  readonly createdMs: number;
  /** Absent in the placeholder that a rotation begins with. */
  secretString?: string;
}

interface Secret {
  readonly versions: Map<string, Version>;
  /** Each label is on one version at most. */
  readonly labels: Map<string, string>;
  readonly createdMs: number;
  /** Time of the last change. */
  changedMs: number;
  rotatedMs?: number;
  /** Only CancelRotateSecret turns it off. */
  isRotationOn: boolean;
}

export interface LabelMove {
  readonly label: string;
  readonly fromVersionId?: string;
  readonly toVersionId?: string;
}

export class SecretsStore {
  readonly #secrets = new Map<string, Secret>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  create(arn: string, versionId: string, secretString: string): void {
    this.#secrets.set(arn, {
      versions: new Map([[versionId, { secretString, createdMs: this.#now() }]]),
      labels: new Map([[LABEL.current, versionId]]),
      createdMs: this.#now(),
      changedMs: this.#now(),
      isRotationOn: true,
    });
  }

  /** Labels by version. Versions without a label are deprecated and not shown. */
  labelsByVersion(arn: string): Readonly<Record<string, readonly string[]>> {
    const shown: Record<string, string[]> = {};
    for (const [label, versionId] of this.#secret(arn).labels) {
      shown[versionId] = [...(shown[versionId] ?? []), label];
    }
    return shown;
  }

  /** The version with a label, or `undefined`. */
  holderOf(arn: string, label: string): string | undefined {
    return this.#secret(arn).labels.get(label);
  }

  /** Finds a version by id, label, or both if they agree; by default AWSCURRENT. */
  getValue(arn: string, wanted: { versionId?: string; label?: string }) {
    const { versions, labels } = this.#secret(arn);
    const { label = wanted.versionId ? undefined : LABEL.current } = wanted;
    const versionId = wanted.versionId ?? labels.get(label ?? '');
    if (wanted.versionId && label && labels.get(label) !== wanted.versionId) {
      throw notFound('the version does not carry that staging label');
    }
    const secretString = versions.get(versionId ?? '')?.secretString;
    if (versionId === undefined || secretString === undefined) {
      throw notFound("Secrets Manager can't find the specified secret value");
    }
    return { versionId, secretString };
  }

  /** The same id with the same value is a no-op, with another value an error. */
  putValue(arn: string, versionId: string, secretString: string, labels?: readonly string[]) {
    const { versions } = this.#secret(arn);
    const known = versions.get(versionId)?.secretString;
    if (known !== undefined && known !== secretString) {
      throw new AwsError(
        'ResourceExistsException',
        'a version with that ClientRequestToken has another value',
      );
    }
    const createdMs = versions.get(versionId)?.createdMs ?? this.#now();
    versions.set(versionId, { secretString, createdMs });
    this.#touch(arn);
    // Without labels a new version becomes AWSCURRENT.
    for (const label of labels ?? [LABEL.current]) this.#setLabel(arn, label, versionId);
  }

  /** Moves a label by compare-and-swap: only from the version that the request names. */
  moveLabel(arn: string, { label, fromVersionId, toVersionId }: LabelMove): void {
    const { versions, labels } = this.#secret(arn);
    const holder = labels.get(label);
    if (toVersionId !== undefined && !versions.has(toVersionId)) {
      throw notFound("Secrets Manager can't find the specified secret version");
    }
    if (holder !== fromVersionId && !(fromVersionId === undefined && holder === toVersionId)) {
      throw new AwsError(
        'InvalidParameterException',
        'the staging label is on another version than RemoveFromVersionId names',
      );
    }
    if (toVersionId !== undefined) this.#setLabel(arn, label, toVersionId);
    else labels.delete(label);
    this.#touch(arn);
    if (label === LABEL.current) this.#secret(arn).rotatedMs = this.#now();
  }

  /** RotateSecret: creates a pending version without a value. */
  startRotation(arn: string, versionId: string): void {
    const secret = this.#secret(arn);
    const { versions, labels } = secret;
    const pending = labels.get(LABEL.pending);
    secret.isRotationOn = true;
    if (pending !== undefined && pending !== labels.get(LABEL.current) && pending !== versionId) {
      throw new AwsError(
        'InvalidRequestException',
        "A previous rotation isn't complete. That rotation will be reattempted.",
      );
    }
    if (!versions.has(versionId)) versions.set(versionId, { createdMs: this.#now() });
    labels.set(LABEL.pending, versionId);
    this.#touch(arn);
  }

  /** CancelRotateSecret: the labels stay as they are, AWSPENDING too. */
  cancelRotation(arn: string): void {
    this.#secret(arn).isRotationOn = false;
    this.#touch(arn);
  }

  isRotationOn(arn: string): boolean {
    return this.#secret(arn).isRotationOn;
  }

  /** Times of each labelled version, in milliseconds since 1970. */
  history(arn: string) {
    const { versions, labels, createdMs, changedMs, rotatedMs } = this.#secret(arn);
    const labelled = new Set(labels.values());
    const created = Array.from(versions).flatMap(([versionId, { createdMs }]) =>
      labelled.has(versionId) ? [{ versionId, createdMs }] : [],
    );
    return { created, createdMs, changedMs, rotatedMs };
  }

  #touch(arn: string): void {
    this.#secret(arn).changedMs = this.#now();
  }

  #setLabel(arn: string, label: string, versionId: string): void {
    const { labels } = this.#secret(arn);
    const holder = labels.get(label);
    if (label === LABEL.current && holder !== undefined && holder !== versionId) {
      labels.set(LABEL.previous, holder);
    }
    labels.set(label, versionId);
  }

  #secret(arn: string): Secret {
    const secret = this.#secrets.get(arn);
    if (!secret) throw notFound("Secrets Manager can't find the specified secret");
    return secret;
  }
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}
