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

/** Connects with the adapter for the peer, over verified TLS, then writes and reads a key. */
export function clientProgram(peers: Readonly<Record<string, string>>): string {
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
