/**
 * Proves about the completions that a real bash and a real zsh complete what they offer, and that
 * no command and no option of `--help` is missing. Where zsh is not installed, bash alone is asked.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { completion } from '../../cli/completion/completion';
import { program } from '../../cli/program';
import { built } from '../support/built';
import { temporaryFolder } from '../support/temporary-folder';

const CLI = built('cli');
const ALL = program();

/** A folder as this repository is one: stages, and a file with a space in its name. */
function folderWithStages(): string {
  const folder = temporaryFolder('completion');
  mkdirSync(join(folder, 'config'));
  for (const name of ['dev', 'prod', 'schema', 'prod.baseline']) {
    writeFileSync(join(folder, `config/${name}.json`), '{}');
  }
  writeFileSync(join(folder, 'a price.json'), '{}');
  return folder;
}

const cwd = folderWithStages();
for (const shell of ['bash', 'zsh'] as const) {
  writeFileSync(join(cwd, `completion.${shell}`), completion(shell, ALL));
}

/** What bash offers once TAB is pressed after these words, of which the last is unfinished. */
function bash(...words: readonly string[]): readonly string[] {
  const ask = `set -u; source ./completion.bash
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    name=\${COMP_WORDS[0]}
    function_of=$(complete -p "$name" | sed 's/.*-F \\([a-z_]*\\) .*/\\1/')
    "$function_of"
    if [ \${#COMPREPLY[@]} -gt 0 ]; then printf '%s\\n' "\${COMPREPLY[@]}"; fi`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', ask, 'bash', ...words], {
    cwd,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

const URL_OPTIONS = ['--region', '--reveal', '--reader'];

describe('The command', () => {
  test('prints the completions', () => {
    const { stdout } = spawnSync(process.execPath, [CLI, 'completion', 'bash'], { env: {} });
    expect(String(stdout)).toBe(completion('bash', ALL));
  });
});

describe('bash offers', () => {
  test('the commands, and the options of the program', () => {
    expect(bash('secure-redis', '')).toStrictEqual([
      ...['status', 'rotate', 'revoke', 'recover', 'url', 'env', 'preflight', 'cost'],
      ...['checklist', 'list', 'develop', 'password', 'verify', 'doctor', 'completion'],
      ...['help', '--version', '--help'],
    ]);
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ['what begins so', ['secure-redis', 're'], ['revoke', 'recover']],
    ['the options of a command', ['secure-redis', 'rotate', '--l'], ['--leaked']],
    ['options after others', ['secure-redis', 'url', '--cache', 'x', '--re'], URL_OPTIONS],
    ['the stages', ['secure-redis', 'list', '--stage', ''], ['dev', 'prod']],
    ['the stages after =', ['secure-redis', 'list', '--stage', '=', 'p'], ['prod']],
    ['the stages right after =', ['secure-redis', 'cost', '--stage', '='], ['dev', 'prod']],
    ['a file', ['secure-redis', 'cost', '--prices', 'a'], ['a price.json']],
    ['a second file', ['secure-redis', 'cost', '--template', 'x', 'con'], ['config']],
    ['an option that turns one off', ['secure-redis', 'develop', '--no'], ['--no-tls']],
    ['no guess of a name of AWS', ['secure-redis', 'status', '--cache', ''], []],
    ['the shells', ['secure-redis', 'completion', ''], ['bash', 'zsh', '--help']],
    ['a command to help with', ['secure-redis', 'help', 'sta'], ['status']],
    ['all of it after npx', ['npx', 'secure-redis', 'sta'], ['status']],
    ['all of it after npx --no', ['npx', '--no', 'secure-redis', 'url', '--rev'], ['--reveal']],
    ['nothing of another package', ['npx', 'cdk', 'sta'], []],
  ])('%s', (_, words, offered) => {
    expect(bash(...words)).toStrictEqual(offered);
  });

  test('each option that the help of a command shows', () => {
    const missing = ALL.commands.flatMap((command) => {
      const help = command.helpInformation();
      const shown = Array.from(help.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm));
      expect(shown.length).toBeGreaterThan(0);
      const offered = bash('secure-redis', command.name(), '--');
      return shown.flatMap(([, option = '']) => (offered.includes(option) ? [] : [option]));
    });
    expect(missing).toStrictEqual([]);
  });
});

const HAS_ZSH = spawnSync('zsh', ['-c', 'true']).status === 0;

/** The lines that a zsh on a terminal has after TAB was pressed at the end of each. */
function zsh(lines: readonly string[]): readonly string[] {
  const script = join(cwd, 'press-tab.zsh');
  writeFileSync(
    script,
    `zmodload zsh/zpty
zpty shell zsh -f -i
wait_for() { local line; zpty -r shell line "*$1*"; print -r -- "$line" }
zpty -w shell 'unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -d ${cwd}/dump'
zpty -w shell 'source ./completion.zsh; LISTMAX=0; unsetopt auto_menu auto_list beep'
zpty -w shell 'show() { print -r -- "[[$BUFFER]]"; BUFFER= }; zle -N show; bindkey "^X" show'
zpty -w shell 'print rea''dy'
wait_for ready >/dev/null
for line in "$@"; do
  zpty -w -n shell "$line"$'\\t\\C-x'
  wait_for ']]'
done
zpty -d shell
`,
  );
  const { stdout } = spawnSync('zsh', ['-f', script, ...lines], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, TERM: 'dumb' },
    timeout: 60_000,
  });
  return Array.from(stdout.matchAll(/\[\[(.*?)\]\]/g), ([, line = '']) => line.trimEnd());
}

describe('zsh completes', () => {
  const cases: readonly (readonly [typed: string, completed: string])[] = [
    ['secure-redis stat', 'secure-redis status'],
    ['secure-redis rotate --lea', 'secure-redis rotate --leaked'],
    ['secure-redis list --stage p', 'secure-redis list --stage prod'],
    ['secure-redis list --stage=d', 'secure-redis list --stage=dev'],
    ['secure-redis cost --prices a', 'secure-redis cost --prices a\\ price.json'],
    ['secure-redis cost --template x con', 'secure-redis cost --template x config/'],
    ['secure-redis status --cache se', 'secure-redis status --cache se'],
    ['secure-redis completion z', 'secure-redis completion zsh'],
    ['npx secure-redis url --rev', 'npx secure-redis url --reveal'],
  ];

  test(HAS_ZSH ? 'in a terminal' : 'nothing here, where it is not installed', () => {
    const completed = HAS_ZSH ? cases.map((each) => each[1]) : [];
    expect(HAS_ZSH ? zsh(cases.map(([typed]) => typed)) : []).toStrictEqual(completed);
  }, 90_000);
});
