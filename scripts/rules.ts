/** `npm run rules`: writes `docs/rules.md` from the list of rules. A test compares it. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES, type RuleText } from '../lib';

const FILE = join(__dirname, '../docs/rules.md');
const COLUMNS_MAX = 120;

const OPENING = [
  '# Rules of the templates',
  'After this page you know, for each line of a template, which control holds: what is ' +
    'protected, why, what is allowed, and what to do instead. It is written for a security ' +
    'reviewer.',
  'Every synth judges the templates that CDK has written, after overrides, mutations and ' +
    'aspects, with every resource of the app, in whatever stack. References are followed: within ' +
    'a stack, between stacks, into nested stacks, through conditions, mappings and parameters. ' +
    'What breaks a rule ends the synth with a line:',
  '```\npath of the construct: PROPERTY must be ALLOWED, got GIVEN. WHAT TO DO. (id)\n```',
  '`app.synth({ skipValidation: true })` skips all rules, as it skips every validation of CDK: ' +
    'do not deploy what it writes.',
  'What only the deploy knows, such as a parameter without `AllowedValues`, is refused where it ' +
    'could open the cache. What a person, a macro or a custom resource does outside of the ' +
    'templates, no rule can see.',
  '`npm run rules` writes this page.',
];

/** What an auditor must not expect of the rules. */
const NOT_JUDGED = [
  'A key, topic, VPC, subnet or security group that is passed as a prop: it is yours. The rules ' +
    'judge what the cache does with it.',
  'Resources beside a cache that do not name any part of it.',
  'Thresholds and periods of the alarms on nodes, texts (descriptions, `OKActions`, dashboards) ' +
    'and tags, but for those of secrets.',
  'SSM parameters and outputs: they hold nothing secret, and clients verify the certificate of ' +
    'the host.',
  'Ingress rules that are removed, memory of the function, CIDR blocks and zones of a new VPC: ' +
    'the cache or the deploy then fails, and nothing opens.',
  'The function with which CDK empties the default security group of a new VPC: CDK makes it ' +
    'once per stack.',
  'What methods of CDK add to the roles of the daily check and of the flow log, which their ' +
    'services alone may assume.',
];

/** Breaks a text into lines. */
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

/** The page: the rules by what they protect. */
export function rulesPage(): string {
  const things = Array.from(new Set(RULES.map(({ protects }) => protects)));
  const chapters = things.map((thing) => {
    const rules = RULES.filter(({ protects }) => protects === thing);
    return [`## ${sentence(thing).slice(0, -1)}`, ...rules.map(section)].join('\n\n');
  });
  const items = NOT_JUDGED.map((each) => `* ${wrapped(each).replaceAll('\n', '\n  ')}`);
  const notJudged = `## What no rule judges\n\n${items.join('\n')}`;
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
