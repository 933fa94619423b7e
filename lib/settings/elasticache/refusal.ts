/** A rejection by AWS: the property, AWS's error code and message. */

export interface Refusal {
  /** The rejected property, by its CloudFormation name. */
  readonly property: string;
  readonly code: 'InvalidParameterValue' | 'InvalidParameterCombination';
  readonly message: string;
}

export type GroupProperties = Readonly<Record<string, unknown>>;
