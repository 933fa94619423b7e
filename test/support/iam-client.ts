/** IAM credentials for the nodes behind proxies, signed by the AWS SDK's own library. */

import { SignatureV4 } from '@smithy/signature-v4';
import { IamCredentials, type IamCredentialsOptions } from '../../client/iam-credentials';
import { KEY_ID, SECRET_KEY } from './iam-tokens';

/** Options that are valid everywhere, but that nothing listens at the host. */
export const IAM_OPTIONS = {
  userId: 'app',
  replicationGroupId: 'shop',
  host: 'localhost',
  port: 6380,
  region: 'eu-west-1',
  credentials: async () => ({ accessKeyId: KEY_ID, secretAccessKey: SECRET_KEY }),
  SignatureV4,
} as const;

export const iamCredentials = (more: Partial<IamCredentialsOptions> = {}) =>
  new IamCredentials({ ...IAM_OPTIONS, ...more });
