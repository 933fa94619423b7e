/** `npm run rules`: writes `docs/rules.md` from the list of rules. A test compares the page. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RuleText } from '../lib/rules/rule';
import { RULES } from '../lib/rules/rules';

const FILE = join(__dirname, '../docs/rules.md');
const COLUMNS_MAX = 120;

const OPENING = [
  '# Rules of the templates',
  'After this page you know the controls for each part of a template: what is protected, why, ' +
    'what is allowed, and what to do instead. It is written for security reviewers.',
  'Every synth checks the templates that CDK has written, after overrides, mutations and ' +
    'aspects, including every resource in every stack of the app. References are followed within ' +
    'a stack, between stacks, into nested stacks, and through conditions, mappings and ' +
    'parameters. A violation fails the synth with a line:',
  '```\npath of the construct: PROPERTY must be ALLOWED, got GIVEN. WHAT TO DO. (id)\n```',
  'A value that CDK has yet to look up is judged once it is known. A test that never looks it up ' +
    'does not judge that value.',
  '`app.synth({ skipValidation: true })` skips all rules and every validation of CDK: ' +
    'do not deploy its output.',
  'A value that is known only at deploy, such as a parameter without `AllowedValues`, is ' +
    'rejected where it could open the cache. The rules cannot see changes that a person, a macro ' +
    'or a custom resource makes outside of the templates.',
  '`npm run rules` writes this page.',
];

/** Limits of the rules. */
const NOT_JUDGED = [
  'A key, topic, VPC, subnet or security group that you pass as a prop. The rules ' +
    'check how the cache uses it.',
  'Resources that do not reference any part of a cache.',
  'Thresholds and periods of the alarms on nodes, texts (descriptions, `OKActions`, dashboards) ' +
    'and tags, except the tags of secrets.',
  'SSM parameters and outputs: they hold no secrets, and clients verify the certificate of ' +
    'the host.',
  'Ingress rules that are removed, memory of the function, CIDR blocks and zones of a new VPC: ' +
    'such a change breaks the cache or the deploy, and opens nothing.',
  'The function with which CDK empties the default security group of a new VPC: CDK makes it ' +
    'once per stack.',
  'Permissions that CDK methods add to the roles of the daily check and of the flow log, which' +
    'only their services may assume.',
];

/** Wraps a text. */
function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > COLUMNS_MAX) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** The page: the rules, grouped by the protected thing. */
export function rulesPage(): string {
  const things = Array.from(new Set(RULES.map(({ protects }) => protects)));
  const chapters = things.map((thing) => {
    const rules = RULES.filter(({ protects }) => protects === thing);
    return [`## ${sentence(thing).slice(0, -1)}`, ...rules.map(section)].join('\n\n');
  });
  const items = NOT_JUDGED.map((each) => `* ${wrapped(each).replaceAll('\n', '\n  ')}`);
  const notJudged = `## What the rules do not check\n\n${items.join('\n')}`;
  return `${[...OPENING.map(wrapped), notJudged, ...chapters].join('\n\n')}\n`;
}

function section({ id, properties, why, allowed, fix }: RuleText): string {
  const named = properties.map((each) => (/^[A-Z]/.test(each) ? `\`${each}\`` : each));
  return [
    `### \`${id}\``,
    `${sentence(named.join(', ')).slice(0, -1)} must be ${allowed}.`,
    `**Why:** ${sentence(why)}`,
    `**Do:** ${fix}`,
  ]
    .map(wrapped)
    .join('\n\n');
}

if (require.main === module) writeFileSync(FILE, rulesPage());
