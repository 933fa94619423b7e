/**
 * Renders docs/api.md from TypeDoc's model of the entry points: one page, a heading per export, a
 * line per member.
 *
 * TypeDoc's own Markdown has 3,700 lines for this API, because it has a heading per parameter.
 */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import manifest from '../../package.json';

/** The type of the ES module `typedoc`, which only `import()` loads. */
type TypeDoc = typeof import('typedoc', { with: { 'resolution-mode': 'import' }});
export type Project = InstanceType<TypeDoc['ProjectReflection']>;
type Declaration = InstanceType<TypeDoc['DeclarationReflection']>;
type Signature = InstanceType<TypeDoc['SignatureReflection']>;
type Parameter = InstanceType<TypeDoc['ParameterReflection']>;
type Comment = InstanceType<TypeDoc['Comment']>;
type Parent = NonNullable<Declaration['extendedTypes']>[number];

const COLUMNS_MAX = 120;
/** Deepest nesting of braces. */
const DEPTH_MAX = 9;
/** Longest type in braces; a longer type is shortened to `{ … }`. */
const BRACES_MAX = 60;
/** `ReflectionKind` of TypeDoc, copied: the module is loaded only when the page is written. */
const KIND = { enum: 8, variable: 32, function: 64, class: 128, interface: 256, type: 2097152 };

/** Groups in the order of the page. */
const GROUPS: readonly (readonly [title: string, kinds: readonly number[]])[] = [
  ['Classes', [KIND.class]],
  ['Functions and values', [KIND.function, KIND.variable, KIND.enum]],
  ['Interfaces and types', [KIND.interface, KIND.type]],
];

const WHAT: Readonly<Record<number, string>> = {
  [KIND.class]: 'Class that',
  [KIND.interface]: 'Interface that',
};

const OPENING = [
  '# API',
  'After this page you know each class, prop and method of the package, its default and its ' +
    'errors. `npm run api` generates this page from the docstrings; do not edit it.',
];

/** An entry point: its folder, its title and a sentence. */
export interface Entry {
  readonly module: string;
  readonly title: string;
  readonly what: string;
}

export function renderApi(project: Project, entries: readonly Entry[]): string {
  const modules = project.children ?? [];
  const sections = entries.flatMap((entry) => {
    const module = modules.find(({ name }) => name === entry.module);
    if (!module) throw new Error(`TypeDoc must find ${entry.module}, got no such module.`);
    return renderEntry(module, entry);
  });
  return `${[...OPENING.map((each) => wrap(each)), ...sections].join('\n\n')}\n`;
}

function renderEntry(module: Declaration, { title, what }: Entry): string[] {
  const exported = [...(module.children ?? [])].sort((one, other) =>
    one.name.localeCompare(other.name, 'en'),
  );
  const groups = GROUPS.map(([name, kinds]) => ({
    name,
    members: exported.filter(({ kind }) => kinds.includes(kind)),
  })).filter(({ members }) => members.length > 0);
  const contents = groups.map(({ name, members }) => {
    const links = members.map((each) => `[${each.name}](#${each.name.toLowerCase()})`);
    return item(`${name}: ${links.join(', ')}.`);
  });
  const rendered = groups.flatMap(({ members }) => members.map(renderExport));
  return [`## ${title}`, wrap(what), contents.join('\n'), ...rendered];
}

function renderExport(each: Declaration): string {
  const { comment, extendedTypes = [], implementedTypes = [], signatures = [], kind } = each;
  const parents = [
    ...extendedTypes.filter(isExported).map((type) => `extends ${linkTo(each, `${type}`)}`),
    ...implementedTypes.map((type) => `implements ${linkTo(each, `${type}`)}`),
  ];
  const parts = [`### ${each.name}`];
  const said = comment ? textOf(comment.summary) : signatures.length > 0 ? '' : headerOf(each);
  parts.push(...paragraphs(said));
  if (WHAT[kind] && parents.length > 0) parts.push(wrap(`${WHAT[kind]} ${parents.join(' and ')}.`));
  for (const signature of signatures) {
    parts.push(code(callText(`function ${signature.name}`, signature, false)));
    parts.push(...paragraphs(describe(signature)));
  }
  if (kind === KIND.type) parts.push(code(`type ${each.name} = ${typeText(each.type)}`));
  if (kind === KIND.variable) parts.push(code(`const ${each.name}: ${typeText(each.type)}`));
  const hidden = extendedTypes.filter((type) => !isExported(type)).map((type) => `${type}.`);
  const isOwn = ({ inheritedFrom }: Declaration) =>
    !inheritedFrom || hidden.some((parent) => inheritedFrom.name.startsWith(parent));
  const shown = (each.children ?? []).filter(isOwn);
  const ordered = shown.sort((one, other) => rankOf(one) - rankOf(other));
  const members = ordered.flatMap((member) => renderMember(member, each));
  if (members.length > 0) parts.push(members.join('\n'));
  return parts.join('\n\n');
}

/** Of a class that the package does not export, the members are listed at its subclass. */
function isExported(parent: Parent): boolean {
  if (parent.type !== 'reference' || parent.reflection !== undefined) return true;
  return parent.package !== manifest.name;
}

/** The constructor, its own members, and those of a class that is not exported. */
function rankOf(member: Declaration): number {
  if (isConstructor(member)) return 0;
  return member.inheritedFrom ? 2 : 1;
}

function isConstructor({ name }: Declaration): boolean {
  return name === 'constructor';
}

function linkTo({ parent }: Declaration, type: string): string {
  const isHere = (parent as Declaration).children?.some(({ name }) => name === type);
  return isHere ? `[${type}](#${type.toLowerCase()})` : `\`${type}\``;
}

/** The header comment of a file that is named after the export. */
function headerOf({ name, sources }: Declaration): string {
  const path = sources?.[0]?.fullFileName ?? '';
  const kebab = name.replaceAll(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase();
  if (basename(path) !== `${kebab}.ts`) return '';
  const [, header = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(path, 'utf8')) ?? [];
  return header.replaceAll(/^ *\* ?/gm, '').trim();
}

function renderMember(member: Declaration, of: Declaration): string[] {
  if (member.signatures) {
    return member.signatures.map((signature) => {
      const makes = isConstructor(member);
      const before = makes ? `new ${of.name}` : `${staticOf(member)}${member.name}`;
      return line(callText(before, signature, makes), describe(signature));
    });
  }
  const { getSignature, flags, type, defaultValue } = member;
  const described: Described = getSignature ?? member;
  const text = describe(described);
  if (of.kind === KIND.enum) return [line(`${of.name}.${member.name}`, text)];
  const optional = flags.isOptional ? '?' : '';
  const valueType = getSignature?.type ?? type ?? defaultValue;
  return [line(`${staticOf(member)}${member.name}${optional}: ${typeText(valueType)}`, text)];
}

function staticOf({ flags, parent }: Declaration): string {
  return flags.isStatic ? `${parent?.name}.` : '';
}

function callText(before: string, signature: Signature, makes: boolean): string {
  const { parameters = [], type } = signature;
  const given = parameters.map(({ name, flags, type: of, defaultValue }) => {
    const rest = flags.isRest ? '...' : '';
    const optional = flags.isOptional || defaultValue !== undefined ? '?' : '';
    return `${rest}${name === '__namedParameters' ? 'props' : name}${optional}: ${typeText(of)}`;
  });
  const end = makes ? '' : `: ${typeText(type)}`;
  return `${before}${typeParameters(signature)}(${given.join(', ')})${end}`;
}

function typeParameters({ typeParameters: all }: { readonly typeParameters?: readonly object[] }) {
  const names = (all ?? []).map((each) => String((each as { name: string }).name));
  return names.length > 0 ? `<${names.join(', ')}>` : '';
}

interface Described {
  readonly comment?: Comment;
  readonly parameters?: readonly Parameter[];
}

/** Shortens long braces: tables of the library from which a type is derived. */
function typeText(type: unknown): string {
  let text = String(type);
  for (let depth = 0; depth < DEPTH_MAX; depth++) {
    text = text.replaceAll(/\{[^{}]*\}/g, (part) =>
      part.length > BRACES_MAX || part.includes('…')
        ? '⟨…⟩'
        : part.replace('{', '⟨').replace('}', '⟩'),
    );
  }
  return text.replaceAll('⟨…⟩', '{ … }').replaceAll('⟨', '{').replaceAll('⟩', '}');
}

/** The whole docstring as one text: the summary, then the tags. */
function describe(of: Described): string {
  const { comment, parameters = [] } = of;
  const said = [comment ? textOf(comment.summary) : ''];
  for (const { name, comment: about } of parameters) {
    const text = about ? textOf(about.summary) : '';
    if (text !== '') said.push(sentence(`\`${name}\`: ${text}`));
  }
  for (const { tag, content } of comment?.blockTags ?? []) {
    const text = textOf(content)
      .replace(/^```ts\n([\s\S]*)\n```$/, (_, value: string) =>
        value.startsWith('- ') ? value : `\`${value}\``,
      )
      .replace(/^- /, '');
    if (tag === '@default' || tag === '@defaultValue') said.push(sentence(`Default: ${text}`));
    else if (tag === '@throws') said.push(sentence(`Throws ${text}`));
    else if (tag === '@returns') said.push(sentence(`Returns ${text}`));
  }
  return said.filter((text) => text !== '').join('\n\n');
}

function sentence(text: string): string {
  return /[.!?:]$/.test(text) ? text : `${text}.`;
}

function textOf(parts: Comment['summary']): string {
  const text = parts.map((part) => (part.kind === 'inline-tag' ? `\`${part.text}\`` : part.text));
  return text.join('').trim();
}

/** Wrapped paragraphs; code blocks stay unchanged. */
function paragraphs(text: string): string[] {
  return text
    .split('\n\n')
    .filter((each) => each.trim() !== '')
    .map((each) => (each.includes('```') ? each : wrap(each)));
}

/** A member: its signature, and its docstring as one paragraph. */
function line(signature: string, text: string): string {
  const said = text.replaceAll(/\s+/g, ' ').trim();
  return item(said === '' ? `\`${signature}\`` : `\`${signature}\`: ${said}`);
}

function item(text: string): string {
  return wrap(text, COLUMNS_MAX - 2)
    .split('\n')
    .map((each, index) => `${index === 0 ? '* ' : '  '}${each}`)
    .join('\n');
}

/** A code block; a long line is broken at its parameters and choices. */
function code(text: string): string {
  const broken = text
    .replace(/\((.*)\)(?=: )/, (_, given: string) => `(\n  ${given.replaceAll(', ', ',\n  ')},\n)`)
    .replaceAll(/ ([?:] (?!any))/g, '\n  $1');
  const shown = text.length <= COLUMNS_MAX ? text : broken;
  return `\`\`\`ts\n${shown}\n\`\`\``;
}

function wrap(text: string, columns: number = COLUMNS_MAX): string {
  const lines: string[] = [''];
  // A short code span stays on one line.
  for (const word of text.match(/[^\s`]*`[^`]{1,40}`\S*|\S+/g) ?? []) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join('\n');
}
