/** Failures of the login and of permissions. */

import { type KnownFailure, LINKS } from './known-failure';

export const LOGIN_FAILURES = [
  {
    id: 'protected-mode',
    what: 'The server refuses other machines, because it has no password.',
    texts: [/DENIED (?:Redis|Valkey) is running in protected mode/, /(?:^|[\s:'"-])DENIED\b/],
    cause:
      'Protected mode: without a password for the user `default`, only connections from the ' +
      'machine itself are allowed. From outside of its container is outside.',
    fix: [
      'Set a password: `requirepass`, or `user default on #HASH …` in an ACL file.',
      'Do not set `protected-mode no`: then everybody on the network may read and write.',
    ],
    link: LINKS.security,
  },
  {
    id: 'server-without-password',
    what: 'The client sends a password, and the server has none.',
    texts: [
      /AUTH <password> called without any password configured/,
      /Client sent AUTH, but no password is set/,
      /does not require a password, but a password was supplied/,
    ],
    cause:
      `\`requirepass\` is empty, as with \`--requirepass \${REDIS_PASSWORD}\` where the variable ` +
      'is not set, or it is another server than meant. Everybody who reaches it may read and ' +
      'write.',
    fix: [
      'Set the password of the server, and let compose refuse an empty variable: ' +
        `\`\${REDIS_PASSWORD:?must be set}\`.`,
      'Look whether another Redis listens at this port.',
    ],
    link: LINKS.security,
  },
  {
    id: 'password-missing',
    what: 'The server demands a password, and the client sends none.',
    texts: [/\bNOAUTH\b/, /Authentication required/],
    cause:
      'The connection string has no password, REDIS_PASSWORD is empty, or the client takes the ' +
      'password from another option than the one that is set.',
    fix: [
      'Write it into the connection string: `redis://:PASSWORD@HOST:PORT/0`.',
      'Look whether REDIS_PASSWORD is set where the application runs, without printing it: ' +
        '`docker compose exec SERVICE sh -c \'test -n "$REDIS_PASSWORD" && echo set\'`.',
    ],
    link: LINKS.security,
  },
  {
    id: 'iam-token-expired',
    what: 'The IAM token that serves as the password has expired.',
    texts: [],
    cause: 'A token is good for 15 minutes, and for new connections only.',
    fix: [
      'Make a new token for each connection: `cdk-secure-redis/client` does, with IamCredentials.',
      'If it is new, correct the clock: `date -u`.',
    ],
    link: LINKS.iam,
  },
  {
    id: 'iam-token-user',
    what: 'The IAM token is for another user than the one that logs in.',
    texts: [],
    cause: 'The user name of the login must be the user id that the token was signed for.',
    fix: ['Log in as the user that the token names; names of IAM users are in lower case.'],
    link: LINKS.iam,
  },
  {
    id: 'iam-login-refused',
    what: 'The server refuses an IAM token that has not expired.',
    texts: [],
    cause:
      'It was signed for another cache or region, the user is not in the user group of the ' +
      'cache, or the policy does not allow elasticache:Connect on both cache and user.',
    fix: [
      'Compare the name of the cache, in lower case, and the region with those of the token.',
      'Allow elasticache:Connect on the replication group and on the user.',
    ],
    link: LINKS.iam,
  },
  {
    id: 'user-wrong',
    what: 'The password is right for the user `default`, and not for the user that is given.',
    texts: [],
    cause: 'The user does not exist, is off, or has another password.',
    fix: [
      'Leave the user out, `redis://:PASSWORD@…`, or create it: `ACL SETUSER NAME on >PASSWORD`.',
      'Look whether it is on: `ACL GETUSER NAME`, as an administrator.',
    ],
    link: LINKS.acl,
  },
  {
    id: 'password-wrong',
    what: 'The server refuses the user name and password.',
    texts: [
      /WRONGPASS/,
      /invalid username-password pair/,
      /ERR invalid password/i,
      /AuthenticationError: invalid password/,
    ],
    cause:
      'The password is another one: after a rotation, in a container that was not created again, ' +
      'or in .env since the server has started. The server answers the same if the user does ' +
      'not exist or is off.',
    fix: [
      'Compare with what the server was started with; both read it only at their start: ' +
        '`docker compose up -d --force-recreate`.',
      'If the password has % in it, write %25 in the connection string.',
      'Look at `ACL LOG` as an administrator: it has the user name of each refused login.',
    ],
    link: LINKS.acl,
  },
  {
    id: 'no-permission-key',
    what: 'The user may not use this key.',
    texts: [
      /NOPERM No permissions to access a key/,
      /NOPERM this user has no permissions to access one of the keys/,
      /(?<shown>has no permissions to access the) '[^'\n]{0,80}' key/,
    ],
    cause: 'No key pattern of the user (`~…`, `%R~…`) matches, for reading or for writing.',
    fix: [
      'Compare the prefix of the key with `ACL GETUSER NAME`: `ACL DRYRUN NAME GET KEY`.',
      'Allow it: `ACL SETUSER NAME ~PREFIX:*`, or in the access string of ElastiCache.',
    ],
    link: LINKS.acl,
  },
  {
    id: 'no-permission-channel',
    what: 'The user may not use this channel.',
    texts: [
      /NOPERM No permissions to access a channel/,
      /NOPERM this user has no permissions to access one of the channels/,
      /(?<shown>has no permissions to access the) '[^'\n]{0,80}' channel/,
    ],
    cause: 'Since Redis 7 a new user may use no channel unless its rules have `&…`.',
    fix: ['Allow it: `ACL SETUSER NAME &PREFIX:*`, or `allchannels`.'],
    link: LINKS.acl,
  },
  {
    id: 'no-permission-database',
    what: 'The user may not use this database.',
    texts: [/NOPERM[^\n'"]{0,80}\bdatabases?\b/],
    cause: 'Valkey 9 limits users to databases by `db=…`.',
    fix: ['Allow it: `ACL SETUSER NAME db=0,1`, or use another database in the connection string.'],
    link: LINKS.acl,
  },
  {
    id: 'no-permission-command',
    what: 'The user may not run this command.',
    texts: [
      /NOPERM[^\n'"]{0,100}permissions to run the '[\w|.-]{1,40}' command/,
      /\bNOPERM\b/,
      /NoPermissionError/,
    ],
    cause: 'The rules of the user do not have the command, or take it away by its category.',
    fix: [
      'If the application needs it: `ACL SETUSER NAME +COMMAND`; with SecureRedis, the role of ' +
        'the user, see docs/roles.md.',
      'Clients send INFO, CLIENT or CLUSTER themselves: allow these, or turn that off in the ' +
        'client (`enableReadyCheck: false` of ioredis).',
    ],
    link: LINKS.acl,
  },
  {
    id: 'users-not-supported',
    what: 'The client logs in with a user name, and the server knows no users.',
    texts: [
      /wrong number of arguments for 'auth' command/i,
      /You are probably passing both username and password to Redis version 5 or below/,
    ],
    cause: 'Servers before Redis 6 have one password and no users: AUTH takes the password alone.',
    fix: [
      'Leave the user out of the connection string: `redis://:PASSWORD@HOST:PORT/0`.',
      'Better, update the server: Redis 5 gets no security fixes.',
    ],
    link: LINKS.acl,
  },
  {
    id: 'command-arguments',
    what: 'The command has too few or too many arguments, or one that it does not take.',
    texts: [
      /wrong number of arguments for '[\w|.-]{1,40}' command/i,
      /ERR wrong number of arguments/i,
      /ERR syntax error/,
    ],
    cause:
      'The application calls it so, a value is missing, or an option is newer than the server, ' +
      'such as GET of SET before Redis 6.2.',
    fix: [
      'Compare with the page of the command, and with the version of `INFO server`.',
      'Try it with its arguments: `doctor --command "GET user:1"`.',
    ],
    link: LINKS.commands,
  },
  {
    id: 'wrong-type',
    what: 'The key holds a value of another type than the command works on.',
    texts: [/\bWRONGTYPE\b/, /Operation against a key holding the wrong kind of value/],
    cause:
      'Two parts of an application, or two applications in one database, use the same key, or ' +
      'the type was changed in a release and old keys are left.',
    fix: [
      'Look at the type: `TYPE KEY`.',
      'Give each application a prefix of its own, and a changed type another key.',
    ],
    link: LINKS.commands,
  },
  {
    id: 'script-not-loaded',
    what: 'The server does not have the script that is called by its digest.',
    texts: [/\bNOSCRIPT\b/, /NoScriptError/],
    cause: 'Scripts are lost at a restart or failover, and each node has its own.',
    fix: ['Let the client send EVAL after NOSCRIPT, as most libraries do, or load it again.'],
    link: LINKS.scripts,
  },
  {
    id: 'command-unknown',
    what: 'The server does not have this command.',
    texts: [/ERR unknown (?:sub)?command ?(?:['`][\w.|-]{1,30}['`])?/],
    cause:
      'It is newer than the server, belongs to a module, was renamed by `rename-command`, is ' +
      'withheld by a managed service, or the server is a Sentinel.',
    fix: [
      'Compare `INFO server` with the version of the command’s page.',
      'ElastiCache has no CONFIG, SAVE or ACL SETUSER: use its parameter groups and users.',
    ],
    link: LINKS.troubleshooting,
  },
] as const satisfies readonly KnownFailure[];
