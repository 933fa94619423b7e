/** The completion script for bash, 3.2 and later. */

import { type CommandWords, linesOf, type OptionWord, type Words } from './completion-words';

export function bashCompletion({ options, commands }: Words): string {
  const first = [...commands, ...options].map(({ name }) => name);
  const all = [{ name: '', options }, ...commands];
  return `# Completions of secure-redis for bash: eval "$(npx secure-redis completion bash)"

_secure_redis_words() { # COMMAND: prints the words that may follow
  case "$1" in
    '') echo ${first.join(' ')} ;;
${commands.map((command) => `    ${command.name}) echo ${following(command)} ;;`).join('\n')}
  esac
}

_secure_redis_value() { # COMMAND OPTION: prints the kind of value; nothing for a flag
  case "$1 $2" in
${linesOf(all, valueCase)}
  esac
}

_secure_redis_several() { # COMMAND OPTION: succeeds if the option takes several values
  case "$1 $2" in
${linesOf(all, severalCase)}
    *) return 1 ;;
  esac
}

_secure_redis_stages() { # the stages in config/
  local file
  for file in config/*.json; do
    file=\${file##*/} file=\${file%.json}
    case "$file" in schema | *[!a-z0-9]*) ;; *) echo "$file" ;; esac
  done
}

_secure_redis_complete() { # INDEX of the program's name in COMP_WORDS
  local current=\${COMP_WORDS[COMP_CWORD]} index word command='' option='' last=0
  local IFS=$'\\n'
  COMPREPLY=()
  for ((index = $1 + 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case "$word" in
      =) ;;
      -*) option=$word last=$index ;;
      *) [ -n "$command" ] || { command=$word; option=''; } ;;
    esac
  done
  # bash splits --stage=dev into three words.
  [ "\${COMP_WORDS[COMP_CWORD - 1]}" = '=' ] && last=$((COMP_CWORD - 1))
  [ "$current" = '=' ] && { current=''; last=$((COMP_CWORD - 1)); }
  local kind=''
  if [ "$last" -eq $((COMP_CWORD - 1)) ] && [ -n "$option" ]; then
    kind=$(_secure_redis_value "$command" "$option")
  elif [ "\${current:0:1}" != '-' ] && _secure_redis_several "$command" "$option"; then
    kind=files
  fi
  case "$kind" in
    files)
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -f -- "$current"))
      ;;
    stages) COMPREPLY=($(compgen -W "$(_secure_redis_stages)" -- "$current")) ;;
    unknown) ;;
    *) IFS=$' \\n' COMPREPLY=($(compgen -W "$(_secure_redis_words "$command")" -- "$current")) ;;
  esac
}

_secure_redis() {
  _secure_redis_complete 0
}

_secure_redis_npx() { # completes npx secure-redis …, but no other packages
  local index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    [ "\${COMP_WORDS[index]}" = secure-redis ] && _secure_redis_complete "$index" && return
  done
}

complete -F _secure_redis secure-redis
complete -p npx >/dev/null 2>&1 || complete -o default -F _secure_redis_npx npx
`;
}

function following({ options, choices }: CommandWords): string {
  return [...choices, ...options].map(({ name }) => name).join(' ');
}

function valueCase(command: string, { name, value }: OptionWord): readonly string[] {
  return value === undefined ? [] : [`    '${command} ${name}') echo ${value} ;;`];
}

function severalCase(command: string, { name, isVariadic }: OptionWord): readonly string[] {
  return isVariadic ? [`    '${command} ${name}') return 0 ;;`] : [];
}
