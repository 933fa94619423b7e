/**
 * The engines that a cache can run, with what follows from each.
 *
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html
 */
export class Engine {
  static readonly VALKEY_7_2 = new Engine('valkey', '7.2', 'valkey7');
  static readonly VALKEY_8_0 = new Engine('valkey', '8.0', 'valkey8');
  static readonly VALKEY_8_1 = new Engine('valkey', '8.1', 'valkey8');
  static readonly VALKEY_8_2 = new Engine('valkey', '8.2', 'valkey8');
  /** The name of its parameter family is not in the documents that we could read. */
  static readonly VALKEY_9_0 = new Engine('valkey', '9.0', 'valkey9');
  /** The name of its parameter family is not in the documents that we could read. */
  static readonly VALKEY_9_1 = new Engine('valkey', '9.1', 'valkey9');
  static readonly REDIS_6_2 = new Engine('redis', '6.2', 'redis6.x');
  static readonly REDIS_7_0 = new Engine('redis', '7.0', 'redis7');
  /** The last Redis OSS version that ElastiCache offers. */
  static readonly REDIS_7_1 = new Engine('redis', '7.1', 'redis7');

  /** Every engine, the oldest of each kind first. */
  static readonly ALL: readonly Engine[] = [
    Engine.VALKEY_7_2,
    Engine.VALKEY_8_0,
    Engine.VALKEY_8_1,
    Engine.VALKEY_8_2,
    Engine.VALKEY_9_0,
    Engine.VALKEY_9_1,
    Engine.REDIS_6_2,
    Engine.REDIS_7_0,
    Engine.REDIS_7_1,
  ];

  private constructor(
    /** As CloudFormation names it. */
    readonly name: string,
    readonly version: string,
    /** The parameter group family that this version needs. */
    readonly parameterFamily: string,
  ) {}

  /** As a stage file names it, for example `valkey-8.0`. */
  get id(): string {
    return `${this.name}-${this.version}`;
  }
}
