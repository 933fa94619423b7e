/** `npm run rules`: writes `docs/rules.md` from the list of rules. A test compares it. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES, type RuleText } from '../lib';

const FILE = join(__dirname, '../docs/rules.md');
const COLUMNS_MAX = 120;

const OPENING = [
  '# Rules of the templates',
  'Each property of the deployed resources that this library protects: why, what is allowed, and ' +
    'what to do instead. A security reviewer finds here which control holds for which line of a ' +
    'template.',
  'Every synth judges the templates that CDK has written, after overrides, mutations and ' +
    'aspects, with every resource of the app, in whatever stack. References are followed: within ' +
    'a stack, between stacks, into nested stacks, through conditions, mappings and parameters. ' +
    'What breaks a rule ends the synth with a line:',
  '```\npath of the construct: PROPERTY must be ALLOWED, got GIVEN. WHAT TO DO. (id)\n```',
  'What only the deploy knows, such as a parameter without `AllowedValues`, is refused where it ' +
    'could open the cache. What a person, a macro or a custom resource does outside of the ' +
    'templates, no rule can see.',
  '`npm run rules` writes this page.',
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
  return `${[...OPENING.map(wrapped), ...chapters].join('\n\n')}\n`;
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
