/** Whether a Redis of a compose file withholds its most dangerous commands from applications. */

import type { VerifyLine } from '../line';
import type { Directive } from './compose-directives';
import { valueOfWord } from './compose-word';
import type { Judge } from './judge';

/** With the categories of access rules that have them. */
const DANGEROUS: Readonly<Record<string, readonly string[]>> = {
  flushall: ['keyspace', 'write', 'slow', 'dangerous'],
  keys: ['keyspace', 'read', 'slow', 'dangerous'],
  config: ['admin', 'slow', 'dangerous'],
};
const ID = 'compose-dangerous-commands';
const FIX =
  'give the user of applications `+@all -@admin -@dangerous`, or rename the commands to nothing; ' +
  '`npx secure-redis develop --compose` does';

export function withheldLine(judge: Judge): VerifyLine {
  const { service } = judge;
  const { script, unread } = service;
  if (script !== undefined && /-@dangerous|rename-command\s+FLUSHALL/i.test(script.word.part)) {
    return judge.pass(ID, `${script.file ?? 'its script'} withholds them`);
  }
  const missing = service.starts.map(allowedIn).sort((a, b) => b.length - a.length)[0] ?? [];
  const disabled = disabledByImage(judge);
  const left = missing.filter((each) => !disabled.includes(each));
  if (left.length === 0) return judge.pass(ID, 'renamed, disabled, or refused by access rules');
  const [hidden] = unread;
  if (hidden !== undefined) return judge.unknown(ID, `${hidden} is not here to read`, FIX);
  if (script !== undefined && service.starts.flat().length === 0) {
    return judge.unknown(ID, 'a script starts it in a way that is not followed', FIX);
  }
  if (service.image.maker === 'unknown') {
    return judge.unknown(ID, 'its image is built or not named', FIX);
  }
  return judge.missing(
    ID,
    `each login may run ${left.map((each) => each.toUpperCase()).join(', ')}`,
    FIX,
  );
}

/** What the image of Bitnami disables. */
function disabledByImage({ service }: Judge): readonly string[] {
  const found = service.environment.find(({ name }) => /_DISABLE_COMMANDS$/.test(name));
  if (found?.word === undefined) return [];
  return valueOfWord(found.word)
    .toLowerCase()
    .split(/[\s,]+/);
}

/** Commands that some login may run. */
function allowedIn(start: readonly Directive[]): readonly string[] {
  const renamed = start
    .filter(({ name }) => name === 'rename-command')
    .map(({ values: [command] }) =>
      command === undefined ? '' : valueOfWord(command).toLowerCase(),
    );
  const users = start
    .filter(({ name }) => name === 'user')
    .map(({ values }) => values.flatMap((each) => valueOfWord(each).split(/\s+/)));
  const names = Object.keys(DANGEROUS).filter((each) => !renamed.includes(each));
  if (!users.some(([name]) => name === 'default')) return names;
  return names.filter((command) => users.some(([, ...rules]) => isAllowed(command, rules)));
}

function isAllowed(command: string, rules: readonly string[]): boolean {
  if (!rules.includes('on')) return false;
  let isIn = false;
  for (const rule of rules) {
    const [, sign, name = ''] = /^([+-])(.*)$/.exec(rule.toLowerCase()) ?? [];
    const isMeant =
      name === '@all' ||
      name === command ||
      (DANGEROUS[command] ?? []).includes(name.replace(/^@/, ''));
    if (rule === 'allcommands' || (sign === '+' && isMeant)) isIn = true;
    if (rule === 'nocommands' || rule === 'reset' || (sign === '-' && isMeant)) isIn = false;
  }
  return isIn;
}
