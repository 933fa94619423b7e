/** Failures of the connection string itself: it is missing, or is read otherwise than meant. */

import { type KnownFailure, LINKS } from './known-failure';

export const ADDRESS_FAILURES = [
  {
    id: 'variables-not-loaded',
    what: 'The application has no connection string.',
    texts: [
      /REDIS_\w+"? (?:variable )?(?:is|was) (?:not set|unset|undefined|missing|empty|required)/i,
      /KeyError: '(?:REDIS|VALKEY)_\w+'/,
      /redis_(?:url|password)\s+field required/i,
      /Set the (?:REDIS|VALKEY|CELERY_BROKER)_\w+ environment variable/,
    ],
    cause:
      'The file with the variables was not loaded, or the process was started before the file ' +
      'changed. A process keeps the environment of its start, and `docker compose restart` keeps ' +
      'that of the container.',
    fix: [
      'List the names that the process has: `docker compose exec SERVICE env | cut -d= -f1`.',
      'Name the file under `env_file` of the service; of itself, compose reads `.env` only to ' +
        'replace variables in compose.yaml.',
      'Create the container again: `docker compose up -d --force-recreate SERVICE`.',
    ],
    link: LINKS.composeVariables,
  },
  {
    id: 'variable-not-expanded',
    what: 'The connection string has the name of a variable in place of its value.',
    texts: [/\$\{REDIS_\w+\}/, /\$REDIS_PASSWORD\b/, /%REDIS_PASSWORD%/],
    cause:
      'Whatever read the file does not expand variables: compose and python-dotenv do, dotenv of ' +
      'Node.js, `node --env-file`, systemd and Kubernetes do not, and single quotes turn it off.',
    fix: [
      'Write the password into REDIS_URL itself, percent-encoded; `npx secure-redis develop` and ' +
        '`npx secure-redis env --file .env` write it so.',
      'Otherwise pass host, port and REDIS_PASSWORD to the client as separate options.',
    ],
    link: LINKS.composeVariables,
  },
  {
    id: 'password-not-encoded',
    what: 'The password has characters that end a part of a URL.',
    texts: [
      /Port could not be cast to integer value/,
      /invalid literal for int\(\) with base 10/,
      /net\/url: invalid userinfo/,
      /(?<shown>invalid port) ":[^"\n]{0,300}" after host/,
      /invalid URL escape/,
      /(?:Malformed escape pair|Illegal character in (?:authority|user ?info))/,
    ],
    cause:
      'In a URL / # ? end the host, @ begins it, : separates user and password, and % begins an ' +
      'encoded character. `openssl rand -base64 32` prints / and + often.',
    fix: [
      'Percent-encode the password: / is %2F, # is %23, ? is %3F, @ is %40, : is %3A, % is %25.',
      'Or take one that needs no encoding: `npx secure-redis password` prints it.',
    ],
    link: LINKS.url,
  },
  {
    id: 'password-without-colon',
    what: 'The connection string has a user and no password.',
    texts: [],
    cause: 'Without a colon, the text before the @ is the name of the user.',
    fix: ['Write a colon before the password: `redis://:PASSWORD@HOST:PORT/0`.'],
    link: LINKS.url,
  },
  {
    id: 'quotes-or-spaces',
    what: 'The connection string or password has quotes, spaces or line ends around it.',
    texts: [],
    cause:
      'Some readers of .env files keep quotes and spaces, `echo` and editors end a secret file ' +
      'with a line end, and files of Windows have \\r.',
    fix: [
      'Remove them from the variable or the file; write a secret file with ' +
        '`printf \'%s\' "$PASSWORD" > FILE`.',
      'Trim what the application reads from a file.',
    ],
    link: LINKS.composeVariables,
  },
  {
    id: 'url-malformed',
    what: 'The connection string is not one of Redis.',
    texts: [
      /ERR_INVALID_URL/,
      /TypeError: Invalid (?:URL|protocol)/,
      /Redis URL must specify one of the following schemes/,
      /redis: invalid URL scheme/,
      /URISyntaxException/,
      /Cannot open Redis connection due invalid URI/,
      /Redis URL did not parse/,
      /bad URI ?\(is not URI\?\)/,
    ],
    cause:
      'It is empty, has another scheme or none, or a part that is not encoded: a password with / ' +
      '# ? or % also leads here.',
    fix: [
      'Write `redis://:PASSWORD@HOST:PORT/0`, and with TLS `rediss://…`; the user goes before ' +
        'the colon.',
      'Percent-encode the password.',
    ],
    link: LINKS.url,
  },
  {
    id: 'ca-file-unusable',
    what: 'The file with the certificate authority cannot be read.',
    texts: [
      /ENOENT[^\n]{0,40}open '(?<shown>[\w./-]{1,80}\.(?:crt|pem|cer))'/,
      /could not find a suitable TLS CA certificate bundle/i,
      /no certificate or crl found/i,
      /PEM routines:[\w ]*:?:?no start line/i,
      /NO_CERTIFICATE_OR_CRL_FOUND|PEM_R_NO_START_LINE|ERR_OSSL_PEM_NO_START_LINE/,
    ],
    cause:
      'The path is that of the host and not that of the container, it is relative to another ' +
      'folder, or the file has no PEM certificate.',
    fix: [
      'Mount the file into the container and name its path there; it begins with ' +
        '`-----BEGIN CERTIFICATE-----`.',
    ],
    link: LINKS.tls,
  },
] as const satisfies readonly KnownFailure[];
