/**
 * The part of the JSON schema of SARIF 2.1.0 that our reports use, typed from the standard: names
 * of members, which are required, their types and values. Unknown members are refused.
 *
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json
 */

import Ajv from 'ajv';

type Members = Readonly<Record<string, object>>;

const TEXT = { type: 'string' };
const list = (items: object) => ({ type: 'array', items });
const object = (properties: Members, required: readonly string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});

const LEVEL = { enum: ['none', 'note', 'warning', 'error'] };
const MESSAGE = object({ text: TEXT }, ['text']);
const INDEX = { type: 'integer', minimum: -1 };
const NOTIFICATION = object(
  { level: LEVEL, message: MESSAGE, associatedRule: object({ id: TEXT, index: INDEX }) },
  ['message'],
);
const RULE = object(
  {
    id: TEXT,
    shortDescription: MESSAGE,
    fullDescription: MESSAGE,
    help: MESSAGE,
    helpUri: TEXT,
    defaultConfiguration: object({ level: LEVEL }),
    properties: { type: 'object', properties: { tags: { ...list(TEXT), uniqueItems: true } } },
  },
  ['id'],
);
const LOCATION = object({
  physicalLocation: object({
    artifactLocation: object({ uri: TEXT }),
    region: object({ startLine: { type: 'integer', minimum: 1 } }),
  }),
  logicalLocations: list(object({ fullyQualifiedName: TEXT, kind: TEXT })),
});
const SUPPRESSION = object(
  {
    kind: { enum: ['inSource', 'external'] },
    status: { enum: ['accepted', 'underReview', 'rejected'] },
    justification: TEXT,
  },
  ['kind'],
);
const RESULT = object(
  {
    ruleId: TEXT,
    ruleIndex: INDEX,
    level: LEVEL,
    message: MESSAGE,
    locations: list(LOCATION),
    partialFingerprints: { type: 'object', additionalProperties: TEXT },
    suppressions: list(SUPPRESSION),
  },
  ['message'],
);
const INVOCATION = object(
  {
    executionSuccessful: { type: 'boolean' },
    exitCode: { type: 'integer' },
    endTimeUtc: TEXT,
    toolExecutionNotifications: list(NOTIFICATION),
    toolConfigurationNotifications: list(NOTIFICATION),
  },
  ['executionSuccessful'],
);
const DRIVER = object(
  { name: TEXT, semanticVersion: TEXT, informationUri: TEXT, rules: list(RULE) },
  ['name'],
);
const RUN = object(
  {
    tool: object({ driver: DRIVER }, ['driver']),
    automationDetails: object({ id: TEXT }),
    invocations: list(INVOCATION),
    results: list(RESULT),
  },
  ['tool'],
);

const isSarif = new Ajv({ allErrors: true }).compile(
  object({ $schema: TEXT, version: { enum: ['2.1.0'] }, runs: list(RUN) }, ['version', 'runs']),
);

/** `path: problem` of each problem; of GitHub too, which needs a place and texts of each rule. */
export function sarifProblems(document: object): readonly string[] {
  if (isSarif(document)) return [];
  return (isSarif.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}
