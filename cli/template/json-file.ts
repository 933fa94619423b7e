/** Reads a JSON file that an option names. */

import { readFileSync } from 'node:fs';
import { CliError } from '../aws/cloud';

/** @throws CliError `must, got … from the file. advice` if it is unreadable or not JSON */
export function jsonOf(file: string, must: string, advice: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const got = (error as NodeJS.ErrnoException).code ?? 'text that is not JSON';
    throw new CliError(`${must}, got ${got} from ${file}. ${advice}`);
  }
}
