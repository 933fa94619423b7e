/** A small deployment on real servers for tests: fast, and everything printed is noted. */

import { join } from 'node:path';
import { ensureRedisServer } from '../../cli/server/redis-binary';
import type { Blueprint, GroupTopology } from '../../rehearsal/aws/blueprint';
import type { CacheGroupTiming } from '../../rehearsal/aws/cache-group';
import { Deployment } from '../../rehearsal/aws/deployment';
import type { StepReport } from '../../rehearsal/aws/secrets-manager-rotation';
import { noteOutput } from './leaks';

const BUNDLE = join(__dirname, '../../lambda/dist/rotation');

/** What the template says, in small: `rehearsal/aws/blueprint` is tested on the real one. */
export const BLUEPRINT: Blueprint = {
  name: 'test',
  stackName: 'test',
  engine: 'valkey 8.0',
  port: 6380,
  topology: { isSharded: false, shards: 1, replicas: 1 },
  parameters: { 'maxmemory-policy': 'volatile-lru' },
  refusals: [],
  access: {
    kind: 'password',
    initial: {
      id: 'Initial',
      generate: {
        SecretStringTemplate: '{"username":"default"}',
        GenerateStringKey: 'password',
        PasswordLength: 64,
        ExcludeCharacters: '!"#$%&\'()*+,./:;<=>?@[\\]^_`{|}~',
        RequireEachIncludedType: true,
      },
    },
    credentials: {
      id: 'Credentials',
      schedule: 'rate(90 days)',
      runsAtDeploy: true,
      secretString:
        '{"username":"default","password":' +
        '"{{resolve:secretsmanager:Initial:SecretString:password::}}"}',
    },
    authToken: '{{resolve:secretsmanager:Initial:SecretString:password::}}',
  },
  groupId: 'Group',
  published: {
    '/test/Cache/Endpoint': `\${Group.PrimaryEndPoint.Address}`,
    '/test/Cache/ReaderEndpoint': `\${Group.ReaderEndPoint.Address}`,
    '/test/Cache/Port': '6380',
    '/test/Cache/CredentialsSecretArn': `\${Credentials}`,
    '/test/Cache/RotationFunctionName': `\${Function}`,
    '/test/Cache/ConnectionStringTemplate':
      'rediss://default:{password}@$' + '{Group.PrimaryEndPoint.Address}:6380/0',
  },
  alarms: [],
  eventRules: [],
  rotation: {
    functionId: 'Function',
    assetFolder: BUNDLE,
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    timeoutMs: 900_000,
    environment: {
      CREDENTIALS_SECRET_ARN:
        'arn:aws:secretsmanager:us-east-1:000000000000:secret:Credentials-Rhrsal',
      REPLICATION_GROUP_ID: 'test-group',
      ROTATION_DAYS: '90',
      GRACE_DAYS: '7',
    },
  },
};

export interface LocalDeployment {
  readonly deployment: Deployment;
  readonly lines: string[];
  readonly reports: StepReport[];
}

export interface LocalOptions {
  readonly timing?: CacheGroupTiming;
  readonly pollIntervalMs?: number;
  /** In the place of the small one. */
  readonly blueprint?: Blueprint;
  /** What differs from the template. */
  readonly rotation?: Partial<Blueprint['rotation']>;
  readonly topology?: GroupTopology;
  /** Besides those of the template. */
  readonly parameters?: Blueprint['parameters'];
}

export async function startLocally(options: LocalOptions = {}): Promise<LocalDeployment> {
  const { timing = { delayMs: 5, perNodeMs: 5 }, pollIntervalMs = 15 } = options;
  const { blueprint = BLUEPRINT } = options;
  const { topology = blueprint.topology } = options;
  const lines: string[] = [];
  const reports: StepReport[] = [];
  const deployment = await Deployment.start({
    blueprint: {
      ...blueprint,
      topology,
      parameters: { ...blueprint.parameters, ...options.parameters },
      rotation: { ...blueprint.rotation, ...options.rotation },
    },
    redisPath: ensureRedisServer(noteOutput).path,
    timing,
    pollIntervalMs,
    quietMs: 60,
    onLine: (line) => {
      lines.push(line);
      noteOutput(line);
    },
    onStep: (report) => {
      reports.push(report);
      if (!report.outcome.ok) noteOutput(report.outcome.message);
    },
  });
  return { deployment, lines, reports };
}
