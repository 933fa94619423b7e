/**
 * Secrets Manager API over `SecretsStore`: the actions of the function and the command line.
 */

import { randomUUID } from 'node:crypto';
import { LABEL } from '../../contract/rotation';
import { ACCOUNT_KEY_ARN } from './account';
import type { DeployedSecret } from './deployed-secret';
import { AwsError, type SecretsStore } from './secrets-manager-store';

const DAY_MS = 24 * 60 * 60 * 1000;

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

export interface SecretsManager {
  readonly secrets: SecretsStore;
  /** The secrets with a rotation. */
  readonly logins: readonly DeployedSecret[];
}

/** The answer's body. @throws AwsError as AWS does. */
export function answerSecretsManager(
  manager: SecretsManager,
  action: string,
  body: string,
): string {
  const input = JSON.parse(body) as Input;
  const answer = rotationAction(manager, action, input) ?? perform(manager.secrets, action, input);
  return JSON.stringify({ ARN: input.SecretId, ...answer });
}

function rotationAction(
  { secrets, logins }: SecretsManager,
  action: string,
  { SecretId: arn, ClientRequestToken: versionId = randomUUID() }: Input,
): object | undefined {
  const login = logins.find((each) => each.arn === arn);
  switch (action) {
    case 'DescribeSecret':
      return describe(secrets, arn, login?.schedule);
    case 'RotateSecret':
      if (login === undefined) {
        throw new AwsError('InvalidRequestException', 'No Lambda rotation function ARN is there');
      }
      login.service.request(versionId);
      return { VersionId: versionId };
    case 'CancelRotateSecret':
      secrets.cancelRotation(arn);
      return { VersionId: secrets.holderOf(arn, LABEL.pending) };
    default:
      return undefined;
  }
}

function describe(secrets: SecretsStore, arn: string, schedule = ''): object {
  const { changedMs, rotatedMs, createdMs } = secrets.history(arn);
  const days = Number(/^rate\((\d+) days?\)$/.exec(schedule)?.[1]);
  const isOn = secrets.isRotationOn(arn);
  return {
    RotationEnabled: isOn,
    RotationRules: { ScheduleExpression: schedule },
    KmsKeyId: ACCOUNT_KEY_ARN,
    VersionIdsToStages: secrets.labelsByVersion(arn),
    LastChangedDate: seconds(changedMs),
    LastRotatedDate: seconds(rotatedMs),
    NextRotationDate: isOn && days ? seconds((rotatedMs ?? createdMs) + days * DAY_MS) : undefined,
  };
}

function perform(secrets: SecretsStore, action: string, input: Input): object {
  const arn = input.SecretId;
  switch (action) {
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
      const { created } = secrets.history(arn);
      const createdMs = created.find((each) => each.versionId === versionId)?.createdMs;
      return { VersionId: versionId, SecretString: secretString, CreatedDate: seconds(createdMs) };
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

/** A time in the JSON protocol. */
function seconds(epochMs: number | undefined): number | undefined {
  return epochMs === undefined ? undefined : epochMs / 1000;
}
