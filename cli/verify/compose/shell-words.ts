/** Splits a command as a shell does, without running anything. */

export interface ShellWord {
  readonly text: string;
  /** Whether quotes surround the whole word. */
  readonly isQuoted: boolean;
}

const OPERATOR = /^(?:&&|\|\||[;|&\n])/;

/**
 * The words of a command. Operators, such as `&&`, are words of their own; text after an
 * unfinished quote is one word.
 */
export function shellWords(text: string): readonly ShellWord[] {
  const words: ShellWord[] = [];
  let word = '';
  let isWord = false;
  let isQuoted = true;
  let parentheses = 0;
  const end = () => {
    if (isWord) words.push({ text: word, isQuoted: isQuoted && word !== '' });
    [word, isWord, isQuoted] = ['', false, true];
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    const [operator] = OPERATOR.exec(text.slice(at, at + 2)) ?? [];
    if (parentheses === 0 && operator !== undefined) {
      end();
      words.push({ text: operator.trim() || ';', isQuoted: false });
      at += operator.length - 1;
    } else if (parentheses === 0 && /\s/.test(character)) {
      end();
    } else if (character === '"' || character === "'") {
      const close = closingQuote(text, at, character);
      word += unescaped(text.slice(at + 1, close), character);
      isWord = true;
      at = close;
    } else if (character === '\\') {
      at += 1;
      if (text[at] !== '\n') word += text[at] ?? '';
      isWord = true;
    } else {
      if (character === '(' && (parentheses > 0 || text[at - 1] === '$')) parentheses += 1;
      if (character === ')' && parentheses > 0) parentheses -= 1;
      word += character;
      isWord = true;
      isQuoted = false;
    }
  }
  end();
  return words;
}

function closingQuote(text: string, from: number, quote: string): number {
  let depth = 0;
  for (let at = from + 1; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at += 1;
    else if (quote === '"' && text.startsWith('$(', at)) depth += 1;
    else if (depth > 0 && text[at] === ')') depth -= 1;
    else if (text[at] === quote && depth === 0) return at;
  }
  return text.length;
}

function unescaped(text: string, quote: string): string {
  return quote === '"'
    ? text.replaceAll(/\\(["\\$`\n])/g, (_, each) => (each === '\n' ? '' : each))
    : text;
}
