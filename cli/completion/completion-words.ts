/** Words that a shell can complete, read from the table of commands. */

import type { Command } from 'commander';

/** Kind of completion for the value of an option. */
export type Value = 'files' | 'stages' | 'unknown';

export interface Word {
  readonly name: string;
  readonly description: string;
}

export interface OptionWord extends Word {
  /** Absent for a flag. */
  readonly value?: Value;
  /** Whether it takes several values. */
  readonly isVariadic: boolean;
}

export interface CommandWords extends Word {
  readonly options: readonly OptionWord[];
  /** The allowed arguments of the command. */
  readonly choices: readonly Word[];
}

/** All words: those after the program's name, then those after each command. */
export interface Words {
  readonly options: readonly OptionWord[];
  readonly commands: readonly CommandWords[];
}

export function wordsOf(all: Command): Words {
  const commands = all.createHelp().visibleCommands(all);
  const names = commands.map((each) => ({ name: each.name(), description: each.description() }));
  return {
    options: optionsOf(all),
    commands: commands.map((command, index) => ({
      ...(names[index] as Word),
      options: optionsOf(command),
      choices:
        command.name() === 'help'
          ? names
          : command.registeredArguments.flatMap(({ argChoices = [], description }) =>
              argChoices.map((name) => ({ name, description })),
            ),
    })),
  };
}

function optionsOf(command: Command): readonly OptionWord[] {
  const options = command.createHelp().visibleOptions(command);
  return options.flatMap(({ long, description, flags, required, optional, variadic }) =>
    long === undefined
      ? []
      : [
          {
            name: long,
            description,
            isVariadic: variadic,
            ...(required || optional ? { value: kindOfValue(long, flags) } : {}),
          },
        ],
  );
}

/** Derived from the placeholder in the help: `--file <path>`, `--stage <name>`. */
function kindOfValue(long: string, flags: string): Value {
  if (/<(path|files?)(\.\.\.)?>/.test(flags)) return 'files';
  return long === '--stage' ? 'stages' : 'unknown';
}

type LinesOf = (command: string, option: OptionWord) => readonly string[];

/** Script lines for the options of each command. */
export function linesOf(
  commands: readonly Pick<CommandWords, 'name' | 'options'>[],
  lines: LinesOf,
): string {
  return commands
    .flatMap(({ name, options }) => options.flatMap((option) => lines(name, option)))
    .join('\n');
}
