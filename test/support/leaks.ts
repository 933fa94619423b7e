/**
 * Remembers, over the whole test run, every password that was made and everything that was
 * printed or thrown, so that the end of the run can search the one for the other.
 */

import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from './temporary-folder';

const PASSWORDS = 'passwords';
const OUTPUT = 'output';

export function notePassword(password: string): void {
  note(PASSWORDS, password);
}

/** Takes a log line, a transcript, an error: whatever a person or a log group could see. */
export function noteOutput(text: string): void {
  note(OUTPUT, text);
}

export interface LeakSearch {
  readonly passwords: number;
  readonly outputs: number;
  /** Outputs with a password in them; the password itself is blotted out. */
  readonly leaks: readonly string[];
}

export function searchLeaks(folder: string): LeakSearch {
  const passwords = new Set(read(folder, PASSWORDS));
  const outputs = read(folder, OUTPUT);
  const leaks = outputs.flatMap((output) => {
    const found = Array.from(passwords).filter((password) => output.includes(password));
    return found.length === 0 ? [] : [blot(output, found)];
  });
  return { passwords: passwords.size, outputs: outputs.length, leaks };
}

function blot(output: string, passwords: readonly string[]): string {
  return passwords.reduce((text, each) => text.replaceAll(each, '[a password]'), output);
}

// One file a process and kind; one JSON text a line, since outputs have line breaks.
function note(kind: string, text: string): void {
  appendFileSync(join(runFolder(), `${kind}-${process.pid}`), `${JSON.stringify(text)}\n`);
}

function read(folder: string, kind: string): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.startsWith(`${kind}-`))
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as string);
}
