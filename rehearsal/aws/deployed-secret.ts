/** A credentials secret of a deployment, with the name that its readers log in with. */

import { LABEL } from '../../contract/rotation';
import { type Credentials, parseCredentials } from '../../contract/secret-json';
import type { RotatedSecret } from './access-blueprint';
import { arnOf } from './deployed-names';
import type { LambdaFunction } from './lambda-process';
import { RotationService, type StepReport } from './secrets-manager-rotation';
import type { SecretsStore } from './secrets-manager-store';

export interface DeployedSecretOptions {
  readonly username: string;
  readonly secret: RotatedSecret;
  readonly secrets: SecretsStore;
  readonly rotation: LambdaFunction;
  readonly onStep: (report: StepReport) => void;
}

export class DeployedSecret {
  readonly username: string;
  readonly arn: string;
  /** Schedule of the template, such as `rate(90 days)`. */
  readonly schedule: string;
  readonly runsAtDeploy: boolean;
  readonly service: RotationService;
  readonly #secrets: SecretsStore;

  constructor({ username, secret, secrets, rotation, onStep }: DeployedSecretOptions) {
    this.username = username;
    this.arn = arnOf(secret.id);
    this.schedule = secret.schedule;
    this.runsAtDeploy = secret.runsAtDeploy;
    this.service = new RotationService(this.arn, username, secrets, rotation, onStep);
    this.#secrets = secrets;
  }

  /** A version, as an application reads it. */
  credentials(label: string = LABEL.current): Credentials {
    return parseCredentials(this.secretString(label));
  }

  secretString(label: string = LABEL.current): string {
    return this.#secrets.getValue(this.arn, { label }).secretString;
  }
}
