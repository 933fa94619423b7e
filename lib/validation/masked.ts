/** Masks the passwords of access strings in messages, where a user may give one by mistake. */

/** Words that only an access string has beside passwords. */
const RULE = /(?:^|[\s"'(,])(?:on|off|nopass|all(?:keys|channels)|[~&][^\s"]|[+-]@?[a-z])/i;

const REST = String.raw`(?:\\(?![nrtfv])[^]|[^\s"\\])`;
const START = String.raw`(^|[\s"'(,[:]|\\[nrtfv])`;

/** An e-mail address as in `On call <on-call@example.com>`: no password has an `@`. */
const ADDRESS = `<${REST}+@${REST}+>`;

/** A sign of a password or of its hash, at the start of a word. */
const ANY_PASSWORD = new RegExp(`${START}(?!${ADDRESS})([><#!])${REST}+`, 'g');
/** One that no other text is likely to have; `<name>` is a placeholder. */
const LONG_PASSWORD = new RegExp(
  `${START}(>(?=${REST}{4})|<(?!${REST}*>(?:[\\s",]|$))(?=${REST}{4})|[#!](?=[0-9a-f]{8}))${REST}+`,
  'gi',
);

/** The text of a message, as JSON or not, without passwords. */
export function masked(text: string): string {
  return text.replace(RULE.test(text) ? ANY_PASSWORD : LONG_PASSWORD, '$1$2…');
}

/** The words of an access string without passwords, also where a sign is within a word. */
export function maskedRules(text: string): string {
  return text.replace(/(?<!\S)(?!\(*[~&%])([^\s><#!]*[><#!])\S*/g, '$1…');
}
