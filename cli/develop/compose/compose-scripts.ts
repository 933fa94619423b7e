/**
 * The scripts of a Redis in a container: its entry point and its health check. They run in any
 * POSIX shell, that of Alpine too.
 *
 * The password is in no argument and in no variable of the container: both read it from a file.
 */

export const START_SCRIPT = `#!/bin/sh
# Starts the server of compose.yaml. Arguments: the program, its configuration, the file with the
# password, the file with the user, a folder in memory that only this user can read.
#
# The server gets the SHA-256 hash of the password, in a file of that folder.
set -eu
program=$1
config=$2
secret=$3
user=$4
private=$5

refuse() {
  echo "start.sh: $1 Run \\\`npx secure-redis develop --compose\\\` again." >&2
  exit 1
}

[ -r "$secret" ] || refuse "$secret must be a file that user $(id -u) can read."
password=$(cat "$secret")
[ "\${#password}" -ge 32 ] ||
  refuse "$secret must have at least 32 characters, got \${#password}."

umask 077
# \`printf\` is part of the shell: its arguments are in no list of processes.
hash=$(printf %s "$password" | sha256sum)
printf 'include "%s"\\n%s #%s\\n' "$config" "$(cat "$user")" "\${hash%% *}" > "$private/server.conf"
unset password
exec "$program" "$private/server.conf"
`;

export const HEALTH_SCRIPT = `#!/bin/sh
# Health check of compose.yaml. Arguments: the client, the port, the file with the password and,
# with TLS, the authority to trust.
#
# It fails unless a login with the password is accepted and the whole answer is PONG: the client
# exits with 0 after NOAUTH, after LOADING, and after a login that a server without a password
# refuses, so that what it prints is compared.
set -eu
client=$1
port=$2
secret=$3
ca=\${4:-}

[ -s "$secret" ] || { echo "health.sh: $secret must have a password"; exit 1; }
REDISCLI_AUTH=$(cat "$secret")
export REDISCLI_AUTH

set -- -h 127.0.0.1 -p "$port"
[ -z "$ca" ] || set -- "$@" --tls --cacert "$ca"
answer=$("$client" "$@" ping 2>&1) || true
[ "$answer" = PONG ] || { echo "$answer"; exit 1; }
`;
