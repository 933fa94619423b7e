/** Secrets Manager's JSON protocol over `SecretsStore`: the actions that the function uses. */

import { AwsError, type SecretsStore } from './secrets-store';

interface Input {
  readonly SecretId: string;
  readonly VersionId?: string;
  readonly VersionStage?: string;
  readonly VersionStages?: readonly string[];
  readonly ClientRequestToken?: string;
  readonly SecretString?: string;
  readonly MoveToVersionId?: string;
  readonly RemoveFromVersionId?: string;
}

/** The answer's body. @throws AwsError as AWS does. */
export function answerSecretsManager(secrets: SecretsStore, action: string, body: string): string {
  const input = JSON.parse(body) as Input;
  return JSON.stringify({ ARN: input.SecretId, ...perform(secrets, action, input) });
}

function perform(secrets: SecretsStore, action: string, input: Input): object {
  const arn = input.SecretId;
  switch (action) {
    case 'DescribeSecret':
      return {
        RotationEnabled: true,
        VersionIdsToStages: secrets.labelsByVersion(arn),
        LastChangedDate: seconds(secrets.history(arn).changedMs),
        LastRotatedDate: seconds(secrets.history(arn).rotatedMs),
      };
    case 'ListSecretVersionIds':
      return {
        Versions: secrets.history(arn).created.map(({ versionId, createdMs }) => ({
          VersionId: versionId,
          VersionStages: secrets.labelsByVersion(arn)[versionId],
          CreatedDate: seconds(createdMs),
        })),
      };
    case 'GetSecretValue': {
      const wanted = { versionId: input.VersionId, label: input.VersionStage };
      const { versionId, secretString } = secrets.getValue(arn, wanted);
      return { VersionId: versionId, SecretString: secretString };
    }
    case 'PutSecretValue': {
      const { ClientRequestToken: versionId = '', SecretString: secretString = '' } = input;
      secrets.putValue(arn, versionId, secretString, input.VersionStages);
      return { VersionId: versionId, VersionStages: input.VersionStages };
    }
    case 'UpdateSecretVersionStage':
      secrets.moveLabel(arn, {
        label: input.VersionStage ?? '',
        fromVersionId: input.RemoveFromVersionId,
        toVersionId: input.MoveToVersionId,
      });
      return {};
    default:
      throw new AwsError('UnknownOperationException', `${action} is not part of the rehearsal`);
  }
}

/** As the JSON protocol writes a time. */
function seconds(epochMs: number | undefined): number | undefined {
  return epochMs === undefined ? undefined : epochMs / 1000;
}
