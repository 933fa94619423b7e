/** The completion script for zsh, with the descriptions of `--help`. */

import {
  type CommandWords,
  linesOf,
  type OptionWord,
  type Word,
  type Words,
} from './completion-words';

export function zshCompletion({ options, commands }: Words): string {
  const all = [{ name: '', options, choices: commands }, ...commands];
  return `#compdef secure-redis
# Completions of secure-redis for zsh: eval "$(npx secure-redis completion zsh)"

_secure_redis() {
  local index word before= option= command=
  local -a choices options stages
  for ((index = 2; index < CURRENT; index++)); do
    word=$words[index] before=$word
    case $word in
      -*) option=$word ;;
      *) [[ -n $command ]] || { command=$word option= } ;;
    esac
  done
  if compset -P 1 '--*='; then
    before=\${IPREFIX%=}
  fi
  case "$command $before" in
${linesOf(all, valueCase)}
  esac
  if [[ $PREFIX != -* ]]; then
    case "$command $option" in
${linesOf(all, severalCase)}
    esac
  fi
  case $command in
${all.map(wordsCase).join('\n')}
  esac
  (( $#choices )) && _describe 'command' choices
  _describe -o 'option' options
}

_secure_redis_stages() { # the stages in config/
  local -a stages
  stages=(config/*.json(N:t:r))
  stages=(\${(M)\${stages:#schema}:#[a-z0-9]##})
  compadd -a stages
}

_secure_redis_npx() { # completes npx secure-redis …, and files after other packages
  local index=\${words[(i)secure-redis]}
  if (( index < CURRENT )); then
    words=("\${(@)words[index,-1]}")
    (( CURRENT -= index - 1 ))
    _secure_redis
  else
    _files
  fi
}

(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _secure_redis secure-redis
(( $+_comps[npx] )) || compdef _secure_redis_npx npx
`;
}

const OFFERS = { files: '_files', stages: '_secure_redis_stages', unknown: ':' } as const;

function valueCase(command: string, { name, value }: OptionWord): readonly string[] {
  return value === undefined ? [] : [`    '${command} ${name}') ${OFFERS[value]}; return ;;`];
}

function severalCase(command: string, { name, isVariadic }: OptionWord): readonly string[] {
  return isVariadic ? [`      '${command} ${name}') _files ;;`] : [];
}

function wordsCase({
  name,
  options,
  choices,
}: Pick<CommandWords, 'name' | 'options' | 'choices'>): string {
  const offered = [
    `choices=(${choices.map(described).join(' ')})`,
    `options=(${options.map(described).join(' ')})`,
  ];
  return `    ${name === '' ? "''" : name}) ${offered.join('; ')} ;;`;
}

/** `'name:description'`, quoted for the shell. */
function described({ name, description }: Word): string {
  return `'${`${name}:${description}`.replaceAll("'", "'\\''")}'`;
}
