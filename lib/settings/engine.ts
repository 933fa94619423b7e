/** The supported engines, with their properties. */

import { ENGINES, type EngineRow, type ParameterFamily } from './elasticache/engine-versions';

export class Engine {
  static readonly VALKEY_7_2 = Engine.#of('valkey', '7.2');
  static readonly VALKEY_8_0 = Engine.#of('valkey', '8.0');
  static readonly VALKEY_8_1 = Engine.#of('valkey', '8.1');
  static readonly VALKEY_8_2 = Engine.#of('valkey', '8.2');
  static readonly VALKEY_9_0 = Engine.#of('valkey', '9.0');
  static readonly VALKEY_9_1 = Engine.#of('valkey', '9.1');
  static readonly REDIS_6_2 = Engine.#of('redis', '6.2');
  static readonly REDIS_7_0 = Engine.#of('redis', '7.0');
  /** The last Redis OSS version that ElastiCache offers. */
  static readonly REDIS_7_1 = Engine.#of('redis', '7.1');

  /** Every engine, the oldest of each kind first. */
  static readonly ALL: Engine[] = [
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

  static #of(name: EngineRow['name'], version: string): Engine {
    const row = ENGINES.find((each) => each.name === name && each.version === version);
    if (row === undefined) throw new Error(`${name} ${version} has no row in the engine table`);
    return new Engine(row);
  }

  /** The engine's name in CloudFormation. */
  readonly name: EngineRow['name'];
  readonly version: string;
  /** The parameter group family that this version needs. */
  readonly parameterFamily: ParameterFamily;
  /**
   * Whether AWS accepts the property TransitEncryptionMode; otherwise enabling TLS requires TLS.
   */
  readonly takesTransitEncryptionMode: boolean;

  private constructor({ name, version, family, takesTransitEncryptionMode }: EngineRow) {
    this.name = name;
    this.version = version;
    this.parameterFamily = family;
    this.takesTransitEncryptionMode = takesTransitEncryptionMode;
  }

  /** The name in a stage file, for example `valkey-8.0`. */
  get id(): string {
    return `${this.name}-${this.version}`;
  }
}
