/** The minimum length of a resolved policy after CloudFormation has replaced references. */

/** The shortest possible values of pseudo parameters. */
const PSEUDO_LENGTHS: Readonly<Record<string, number>> = {
  'AWS::AccountId': 12,
  'AWS::Partition': 3,
  'AWS::Region': 9,
  'AWS::URLSuffix': 10,
};

/** Length of the JSON without spaces. A reference to a resource counts as one character. */
export function policyLength(value: unknown): number {
  if (Array.isArray(value)) return joined(value.map(policyLength));
  if (typeof value !== 'object' || value === null) return (JSON.stringify(value) ?? '').length;
  const [[name, inner] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) {
    return 2 + lengthOfIntrinsic(name, inner);
  }
  return joined(
    Object.entries(value).map(([key, each]) => JSON.stringify(key).length + 1 + policyLength(each)),
  );
}

/** Length including brackets and commas. */
function joined(lengths: readonly number[]): number {
  return lengths.reduce((sum, length) => sum + length, 2 + Math.max(0, lengths.length - 1));
}

function lengthOfIntrinsic(name: string, inner: unknown): number {
  if (name === 'Ref') return PSEUDO_LENGTHS[String(inner)] ?? 1;
  if (name !== 'Fn::Join' || !Array.isArray(inner) || !Array.isArray(inner[1])) return 1;
  const [separator, parts] = inner as [string, readonly unknown[]];
  const lengths = parts.map((part) => policyLength(part) - 2);
  return lengths.reduce((sum, length) => sum + length, separator.length * (parts.length - 1));
}
