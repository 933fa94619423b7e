/**
 * The engines that a cache can run, with what else follows from each.
 *
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html
 */
export class Engine {
  /** Valkey 8.0. */
  static readonly VALKEY_8 = new Engine('valkey', '8.0', 'valkey8');

  /** Redis OSS 7.1, the last Redis OSS version that ElastiCache offers. */
  static readonly REDIS_7_1 = new Engine('redis', '7.1', 'redis7');

  private constructor(
    /** As CloudFormation names it. */
    readonly name: string,
    readonly version: string,
    /** The parameter group family that this version needs. */
    readonly parameterFamily: string,
  ) {}
}
