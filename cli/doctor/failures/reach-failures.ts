/** Failures before a server answers: names, addresses, ports, firewalls. */

import { type KnownFailure, LINKS } from './known-failure';

/** A name without a dot, as services of compose have, but not `localhost`. */
const SERVICE = '(?!localhost\\b)(?<shown>[A-Za-z][\\w-]*)(?![\\w.-])';

const CACHE = '(?<shown>\\b[\\w.-]{1,120}\\.cache\\.amazonaws\\.com)';
const TIMED_OUT = '(?:ETIMEDOUT|[Tt]imed? ?out|i/o timeout)';

export const REACH_FAILURES = [
  {
    id: 'container-name-on-host',
    what: 'The name of the host exists only inside of the network of the containers.',
    texts: [
      new RegExp(`getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ${SERVICE}`),
      new RegExp(`Error -[23] connecting to ${SERVICE}`),
      new RegExp(`lookup ${SERVICE}(?: on [\\d.:]+)?: (?:no such host|server misbehaving)`),
      new RegExp(`UnknownHostException: (?!Failed to )${SERVICE}`),
      new RegExp(`getaddrinfo for ${SERVICE} failed`),
      new RegExp(`[Nn]ame (?:or service not known|does not resolve) \\(redis://${SERVICE}`),
      new RegExp(`Failed to resolve '${SERVICE}`),
    ],
    cause:
      'Services of compose resolve by name, such as `redis`, for containers of the same network, ' +
      'and not for programs on the host or in another network.',
    fix: [
      'On the host, use localhost and the published port.',
      'In a container, put both services on one network, and use the port of the container.',
    ],
    link: LINKS.composeNetwork,
  },
  {
    id: 'host-unknown',
    what: 'The name of the host does not resolve.',
    texts: [
      /ENOTFOUND/,
      /Error -(?:2|5) connecting to/,
      /Name or service not known/,
      /nodename nor servname provided/,
      /getaddrinfo failed/,
      /no such host/,
      /UnknownHostException/,
      /No such host is known/,
      /Name does not resolve/,
      /getaddrinfo for [\w.-]{1,120} failed/,
      /failed to lookup address information/,
      /Failed to resolve '[\w.-]{1,120}'/,
    ],
    cause:
      'The name is misspelled, belongs to a cache that was deleted, or exists only in a private ' +
      'zone that this network does not resolve.',
    fix: [
      'Copy the name from its source: the secret, the console or `npx secure-redis url`.',
      'Try `getent hosts HOST` on the machine, or in the container, that fails.',
    ],
    link: LINKS.aws,
  },
  {
    id: 'dns-unavailable',
    what: 'No DNS server answers, so the name of the host cannot be resolved now.',
    texts: [
      /EAI_AGAIN/,
      /Error -3 connecting to/,
      /Temporary failure in name resolution/,
      /server misbehaving/,
    ],
    cause: 'The container or machine has no network yet, or its DNS server is out of reach.',
    fix: [
      'Try again; if it stays, look at /etc/resolv.conf and at rules that block port 53.',
      'In Alpine containers and Kubernetes, try the full name with a dot at its end.',
    ],
    link: LINKS.composeNetwork,
  },
  {
    id: 'wrong-port',
    what: 'Nothing listens at this port, and a server answers at the other usual one.',
    texts: [],
    cause: '6379 is usual for plaintext, and for TLS at ElastiCache; 6380 is usual for TLS.',
    fix: ['Use the port that answers, with `rediss://` if it speaks TLS.'],
    link: LINKS.tls,
  },
  {
    id: 'connection-refused',
    what: 'The machine answers that nothing listens at this address and port.',
    texts: [
      /ECONNREFUSED/,
      /Error (?:61|111|10061) connecting to/,
      /(?:Connection|connection) refused/,
      /actively refused it/,
      /WinError 10061/,
    ],
    cause:
      'The server is not running, listens at another port, or only at another address: inside of ' +
      'a container, localhost is the container itself.',
    fix: [
      'Look whether it runs: `docker compose ps`, and why not: `docker compose logs redis`.',
      'From another container, use the name of the service in place of localhost.',
      'Compare the port with `docker compose port redis 6379`, or `ss -ltn` on the server.',
    ],
    link: LINKS.troubleshooting,
  },
  {
    id: 'elasticache-outside-vpc',
    what: 'The cache does not answer: it is reachable only from inside of its VPC.',
    texts: [
      new RegExp(`${CACHE}[^\\n]{0,200}${TIMED_OUT}`),
      new RegExp(`${TIMED_OUT}[^\\n]{0,200}${CACHE}`),
    ],
    cause:
      'ElastiCache has private addresses. From another network, or from a security group that ' +
      'the cache does not allow, packets get no answer.',
    fix: [
      'Run the application inside of the VPC, with a security group that the cache allows on ' +
        'its port.',
      'From your machine, go through a VPN or `aws ssm start-session` with port forwarding.',
    ],
    link: LINKS.awsAccess,
  },
  {
    id: 'network-unreachable',
    what: 'This machine has no route to the address.',
    texts: [
      /ENETUNREACH|EHOSTUNREACH/,
      /[Nn]etwork is unreachable/,
      /[Nn]o route to host/,
      /Error (?:101|113) connecting to/,
    ],
    cause:
      'The address belongs to a network that this machine is not in, such as IPv6 without an ' +
      'IPv6 network, a VPN that is off, or a container without a network.',
    fix: [
      'Look at the route: `ip route get ADDRESS`.',
      'Connect the VPN or the network, or use a name that has an IPv4 address.',
    ],
    link: LINKS.composeNetwork,
  },
  {
    id: 'connect-timed-out',
    what: 'The address does not answer at all.',
    texts: [
      /ETIMEDOUT/,
      /Error 110 connecting to/,
      /ConnectionTimeoutError|Connection timeout\b/,
      /Timeout connecting to server/,
      /connect timed out/i,
      /(?:Connection|Operation) timed out/i,
      /dial tcp [\w.:[\]-]+: i\/o timeout/,
      /Error connecting to Redis on [\w.:-]{1,120} \(Redis::TimeoutError\)/,
    ],
    cause:
      'A firewall or security group drops the packets, the address is wrong, or the server ' +
      'accepts no more connections. Clients also say so when they speak TLS to a plaintext port, ' +
      'where Redis waits for the end of a line.',
    fix: [
      'Allow the port from the address of the application, in the security group or firewall.',
      'Compare the address with that of the server.',
    ],
    link: LINKS.aws,
  },
  {
    id: 'no-answer',
    what: 'The connection stands, but the server does not answer in time.',
    texts: [
      /Command timed out/i,
      /Timeout reading from/,
      /Read timed out/,
      /RedisCommandTimeoutException/,
      /read tcp [\w.:[\]>-]+: i\/o timeout/,
      /context deadline exceeded/,
      /does not answer within \d+ ms/,
      /Timeout (?:performing|awaiting response)/,
      /Redis server response timeout/,
      /ReadTimeoutError: Waited [\d.]{1,9} seconds/,
      /Resource temporarily unavailable(?<!fork: .{32})/,
      /CommandTimeoutError/,
    ],
    cause:
      'A slow command or script blocks the server, it is suspended or out of memory and swaps, ' +
      'or the client speaks plaintext to a TLS port or the reverse.',
    fix: [
      'Look for slow commands: `SLOWLOG GET 10`, and for swapping and CPU of the machine.',
      'Compare `redis://` and `rediss://` with what the port speaks.',
    ],
    link: LINKS.troubleshooting,
  },
  {
    id: 'connection-closed',
    what: 'The other side closes the connection without an answer.',
    texts: [
      /ECONNRESET|EPIPE/,
      /Connection reset/i,
      /Broken pipe/i,
      /Connection closed by server/,
      /Socket closed unexpectedly/,
      /Unexpected end of stream/,
      /Connection closed prematurely/,
      /Client network socket disconnected before secure TLS connection was established/,
      /UNEXPECTED_EOF_WHILE_READING|unexpected eof while reading/i,
      /(?:^|: |\s)EOF\s*$/m,
      /Connection is closed\./,
      /\bServer closed the connection/,
      /Connection lost \(E\w{1,20}\)|Connection to Redis lost/,
      /unexpected end of file(?<!syntax error: .{22})/,
      /(?:SocketClosed|SocketFailure)(?: \([\w, -]{1,60}\))? on\b/,
      /driver unexpectedly terminated/,
      /UnexpectedDisconnect|ConnectionClosedException/,
    ],
    cause:
      'The port speaks TLS and the client does not, a proxy or port forwarding has no server ' +
      'behind it, the server has reached maxclients (with TLS it closes without a word), or it ' +
      'was stopped. An idle connection is closed by `timeout` or by a load balancer.',
    fix: [
      'Use `rediss://` if the server has TLS.',
      'Look into the log of the server at that time.',
      'For idle connections: TCP keepalive, or a PING each 30 seconds.',
    ],
    link: LINKS.clients,
  },
] as const satisfies readonly KnownFailure[];
