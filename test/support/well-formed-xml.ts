/** A strict reader of XML with elements, attributes and text: all that a JUnit report has. */

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

interface Open {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** https://www.w3.org/TR/xml/#charsets, without the controls that it discourages. */
const FORBIDDEN = /[^\t\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const TOKEN = /<(\/?)([\w-]+)((?: \w+="[^"<]*")*)(\/?)>|([^<>]+)/y;
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';
const ENTITY = /&(amp|lt|gt|quot|apos);/g;
const CHARACTERS: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** @throws Error if the text is not well-formed, or has more than elements and text. */
export function xmlOf(document: string): XmlElement {
  if (!document.startsWith(DECLARATION)) throw new Error('no declaration');
  const [bad] = FORBIDDEN.exec(document) ?? [];
  if (bad !== undefined) throw new Error(`character ${bad.codePointAt(0)?.toString(16)}`);
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const open: Open[] = [root];
  TOKEN.lastIndex = DECLARATION.length;
  while (TOKEN.lastIndex < document.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(document);
    if (token === null) throw new Error(`malformed at ${document.slice(at, at + 60)}`);
    const [, end, name = '', attributes = '', isEmpty, text] = token;
    const parent = open.at(-1) ?? root;
    if (text !== undefined) parent.text += unescaped(text);
    else if (end === '/') close(open, name);
    else {
      const element: Open = { name, attributes: attributesOf(attributes), children: [], text: '' };
      open.push(element);
      if (isEmpty === '/') close(open, name);
    }
  }
  const [only, ...more] = root.children;
  if (open.length !== 1 || only === undefined || more.length > 0) throw new Error('not one root');
  return only;
}

function close(open: Open[], name: string): void {
  const element = open.pop();
  if (element === undefined || element.name !== name) throw new Error(`</${name}> closes nothing`);
  open.at(-1)?.children.push(element);
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const found = Array.from(text.matchAll(/ (\w+)="([^"]*)"/g));
  const entries = found.map(([, name = '', value = '']) => [name, unescaped(value)] as const);
  if (new Set(entries.map(([name]) => name)).size < entries.length) throw new Error('twice');
  return Object.fromEntries(entries);
}

function unescaped(text: string): string {
  if (text.replace(ENTITY, '').includes('&')) throw new Error(`a bare & in ${text}`);
  return text.replace(ENTITY, (_, name: string) => CHARACTERS[name] ?? '');
}
