/** Programs of a consumer. Only named imports: they run as CommonJS and as ES modules. */

/** Synthesizes a cache and a reader in another stack; prints the number of resources. */
export const CONSTRUCT_PROGRAM = `
import { App, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SecureRedis, Topology } from 'cdk-secure-redis';

const app = new App();
const cache = new SecureRedis(new Stack(app, 'Data'), 'Cache', {
  topology: Topology.sharded({ shards: 2 }),
});
const assumedBy = new ServicePrincipal('ecs-tasks.amazonaws.com');
cache.grantRead(new Role(new Stack(app, 'Web'), 'Role', { assumedBy }));
const { stacks } = app.synth();
const count = stacks.flatMap(({ template }) => Object.keys(template.Resources)).length;
console.log(count + ' resources; ' + cache.connectionString({ client: 'ioredis' }).form);
`;

const READ = `
const credentials = new RedisCredentials({ read: async () => String(process.env.REDIS_SECRET) });
const ca = String(process.env.REDIS_CA);
`;

const USE = `
  await client.set('consumer', 'works');
  const value = await client.get('consumer');
  if (value !== 'works') throw new Error('read ' + value);
  console.log(value);
`;

/** Signs a login by IAM with AWS's example key at a fixed time; the signature is botocore's. */
const SIGNS = `
import { SignatureV4 } from '@smithy/signature-v4';
import { IamCredentials } from 'cdk-secure-redis/client';
const credentials = new IamCredentials({
  userId: 'app',
  replicationGroupId: 'shop',
  host: 'localhost',
  port: 6380,
  region: 'eu-west-1',
  credentials: async () => ({
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  }),
  SignatureV4,
  now: () => Date.UTC(2026, 10, 28, 15, 20, 55),
});
async function main() {
  const token = (await credentials.get()).password.reveal();
  const signature = '0b46900c7a43f102aaaa8940bcf58852c7bec56eeb6778cad3cf415d04bc173d';
  if (!token.includes('X-Amz-Signature=' + signature + '&')) throw new Error('signed otherwise');
  console.log('works');
}
void main();
`;

/** Connects with the adapter for the peer, over verified TLS, then writes and reads a key. */
export function clientProgram(peers: Readonly<Record<string, string>>): string {
  if ('@smithy/signature-v4' in peers) return SIGNS;
  return 'ioredis' in peers
    ? `
import { Redis } from 'ioredis';
import { connectIoredis, RedisCredentials } from 'cdk-secure-redis/client';
${READ}
async function main() {
  const client = await connectIoredis(credentials, { Redis, ca });
  ${USE}
  client.disconnect();
}
void main();
`
    : `
import { createClient } from 'redis';
import { connectNodeRedis, RedisCredentials } from 'cdk-secure-redis/client';
${READ}
async function main() {
  const client = await connectNodeRedis(credentials, { createClient, ca });
  ${USE}
  client.destroy();
}
void main();
`;
}
