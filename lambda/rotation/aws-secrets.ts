/** Implements the port of the secret with Secrets Manager. Each method is one call. */

import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
  type UpdateSecretVersionStageCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { LABEL, REVOKED_PREFIX } from '../../contract/rotation';
import { parseStored, printCredentials, type StoredCredentials } from '../../contract/secret-json';
import { CALL, type CallOptions, namedWithin } from './aws-call';
import { labelsOf } from './labels';
import type { Secrets } from './ports';
import { RotationError } from './rotation-error';

export interface SecretToRotate {
  readonly secretArn: string;
  /** The database of the connection strings that it stores. @default 0 */
  readonly database?: number;
}

/** Each call ends within `callMsMax` milliseconds. */
export function awsSecrets({ secretArn, database }: SecretToRotate, callMsMax: number): Secrets {
  const client = new SecretsManagerClient(CALL);
  const named = namedWithin(callMsMax);
  const relabel = async (input: Omit<UpdateSecretVersionStageCommandInput, 'SecretId'>) => {
    const command = new UpdateSecretVersionStageCommand({ SecretId: secretArn, ...input });
    await named('UpdateSecretVersionStage', (options) => client.send(command, options));
  };
  return {
    async labels() {
      const command = new DescribeSecretCommand({ SecretId: secretArn });
      const answer = await named('DescribeSecret', (options) => client.send(command, options));
      return labelsOf(answer.VersionIdsToStages ?? {});
    },
    async read(versionId) {
      // By id, never by label: labels are eventually consistent.
      const command = new GetSecretValueCommand({ SecretId: secretArn, VersionId: versionId });
      const send = (options: CallOptions) => client.send(command, options);
      const answer = await named('GetSecretValue', send, 'ResourceNotFoundException');
      return answer && parsed(answer.SecretString ?? '', versionId);
    },
    async put(versionId, { username, password, endpoints }) {
      const command = new PutSecretValueCommand({
        SecretId: secretArn,
        ClientRequestToken: versionId,
        SecretString: printCredentials(username, password, { ...endpoints, database }),
        // Explicit, because the default label is AWSCURRENT.
        VersionStages: [LABEL.pending],
      });
      const send = (options: CallOptions) => client.send(command, options);
      const answer = await named('PutSecretValue', send, 'ResourceExistsException');
      return answer ? 'stored' : 'has-value';
    },
    async history() {
      const described = new DescribeSecretCommand({ SecretId: secretArn });
      const listed = new ListSecretVersionIdsCommand({ SecretId: secretArn });
      const [secret, { Versions = [] }] = await Promise.all([
        named('DescribeSecret', (options) => client.send(described, options)),
        named('ListSecretVersionIds', (options) => client.send(listed, options)),
      ]);
      const created = Versions.flatMap(({ VersionId, CreatedDate }) =>
        VersionId && CreatedDate ? [[VersionId, CreatedDate.getTime()] as const] : [],
      );
      return {
        createdMs: new Map(created),
        changedMs: secret.LastChangedDate?.getTime(),
        nextRotationMs: secret.NextRotationDate?.getTime(),
      };
    },
    async markRevoked(versionId, since) {
      await relabel({ VersionStage: REVOKED_PREFIX + since, MoveToVersionId: versionId });
    },
    async unmarkRevoked(versionId, since) {
      await relabel({ VersionStage: REVOKED_PREFIX + since, RemoveFromVersionId: versionId });
    },
    async move(label, from, to) {
      await relabel({ VersionStage: LABEL[label], RemoveFromVersionId: from, MoveToVersionId: to });
    },
  };
}

function parsed(secretString: string, versionId: string): StoredCredentials {
  try {
    return parseStored(secretString);
  } catch (error) {
    // Errors of `parseStored` name a key or count characters; they never quote.
    throw new RotationError('SecretMalformed', { versionId, detail: (error as Error).message });
  }
}
