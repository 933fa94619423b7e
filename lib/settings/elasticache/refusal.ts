/** What AWS refuses of a template: the property, AWS's error code and message. */

export interface Refusal {
  /** The property that is wrong, as CloudFormation names it. */
  readonly property: string;
  readonly code: 'InvalidParameterValue' | 'InvalidParameterCombination';
  readonly message: string;
}

export type GroupProperties = Readonly<Record<string, unknown>>;
