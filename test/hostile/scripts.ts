/** Hostile servers that have a name: slow, endless, huge, nested, of another protocol, wrong. */

import type { Script, Step } from './script';

const always = (...answer: readonly Step[]): Script => ({ answers: [answer] });
const send = (text: string, times = 1): Step => ({ send: text, times });
const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`;
const array = (...items: readonly string[]) => `*${items.length}\r\n${items.join('')}`;

const ESCAPES = '\x1b[2J\x1b[31m\x1b]0;title\x07\x9b31m\x00\x08\x7f';
const HTTP =
  'HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html></html>';

/** An INFO whose values are hostile, with lines of other forms. */
const INFO = [
  `# Server\r\nredis_version:${ESCAPES}7.0.0`,
  `redis_version:${'9'.repeat(5_000)}`,
  'maxmemory:-1\r\nmaxmemory:1e999\r\nmaxmemory_policy:__proto__',
  'connected_clients:NaN\r\nmaxclients:Infinity\r\n:::\r\n\r\nconstructor:x\r\n__proto__:y',
  'executable:/bin/[click](http://evil.example)]]><!--&x;',
].join('\r\n');

const SLOW: Readonly<Record<string, Script>> = {
  silent: {},
  'a byte a second': always({ drip: `+${'a'.repeat(1_000)}`, everyMs: 1_000 }),
  'a byte a millisecond': always({ drip: `${array(...Array(9_000).fill(':1\r\n'))}`, everyMs: 1 }),
  'members, then a byte at a time': always(send('*65536\r\n'), send(':1\r\n', 15_000), {
    drip: ':1\r\n'.repeat(1_000),
    everyMs: 0,
  }),
  'a late answer': always({ waitMs: 60_000 }, send('+OK\r\n')),
  'silent after one answer': { answers: [[send('+PONG\r\n')], [{ waitMs: 60_000 }]] },
};

const ENDLESS: Readonly<Record<string, Script>> = {
  'endless line': always({ forever: `+${'a'.repeat(65_535)}` }),
  'endless carriage returns': always({ forever: '\r'.repeat(65_536) }),
  'endless members': always(send('*65536\r\n'), { forever: ':1\r\n'.repeat(16_384) }),
  'endless tiny replies': always({ forever: '+\r\n'.repeat(20_000) }),
  'endless tiny replies unasked': { greeting: [{ forever: '+\r\n'.repeat(20_000) }] },
  'endless nulls': always({ forever: '$-1\r\n'.repeat(13_000) }),
  'endless pushes': always({ forever: '>1\r\n+a\r\n'.repeat(8_000) }),
  'endless empty pushes': { greeting: [{ forever: '>0\r\n'.repeat(16_000) }] },
  'endless errors': always({ forever: '-ERR a\r\n'.repeat(8_000) }),
};

const HUGE: Readonly<Record<string, Script>> = {
  'huge bulk length': always(send('$2147483647\r\n'), { forever: 'a'.repeat(65_536) }),
  'bulk length beyond numbers': always(send(`$${'9'.repeat(400)}\r\n`)),
  'negative bulk length': always(send('$-2\r\n')),
  'huge array length': always(send('*2147483647\r\n'), { forever: '$-1\r\n'.repeat(13_000) }),
  'array of 65,536 arrays': always(send('*65536\r\n'), send('*0\r\n', 65_536)),
  'bulk of 64 KiB each time': always(send(bulk('a'.repeat(65_536)))),
  'nested 100,000 deep': always(send('*1\r\n', 100_000), send('+a\r\n')),
  'nested 100,000 deep at once': { greeting: [send('*1\r\n', 100_000)] },
  'nested pushes': always(send('>1\r\n', 100_000)),
  'nested maps of RESP3': always(send('%1\r\n+a\r\n', 100_000)),
  'huge error': always(send(`-ERR ${'x'.repeat(60_000)}\r\n`)),
};

const OTHERS: Readonly<Record<string, Script>> = {
  'web server': { greeting: [], answers: [[send(HTTP), { end: 'close' }]] },
  'SSH server': { greeting: [send('SSH-2.0-OpenSSH_9.6\r\n')] },
  'SMTP server': { greeting: [send('220 mail.example ESMTP\r\n')] },
  'TLS alert': always(send('\x15\x03\x01\x00\x02\x02\x46'), { end: 'close' }),
  'random bytes': always(
    send(Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('')),
  ),
  'types of RESP3': always(send('%1\r\n+a\r\n#t\r\n~1\r\n,1.5\r\n(1\r\n=5\r\ntxt:a\r\n_\r\n')),
  'pushes between replies': always(send('>2\r\n+message\r\n+a\r\n+OK\r\n>1\r\n+b\r\n')),
};

const ENDING: Readonly<Record<string, Script>> = {
  'closes at once': { greeting: [{ end: 'close' }] },
  'resets at once': { greeting: [{ end: 'reset' }] },
  'closes mid-reply': always(send('$100\r\nabc'), { end: 'close' }),
  'resets mid-reply': always(send('*3\r\n:1\r\n'), { end: 'reset' }),
  'closes after each reply': always(send('+OK\r\n'), { end: 'close' }),
  'full server': { greeting: [send('-ERR max number of clients reached\r\n'), { end: 'close' }] },
  'protected mode': { greeting: [send('-DENIED Redis is running in protected mode\r\n')] },
};

/** The same reply to each command, whatever its type should be. */
const WRONG: Readonly<Record<string, Script>> = {
  'only OK': always(send('+OK\r\n')),
  'only PONG': always(send('+PONG\r\n')),
  'only a number': always(send(':-999999999999999\r\n')),
  'only null': always(send('$-1\r\n')),
  'only a null array': always(send('*-1\r\n')),
  'only an empty text': always(send('$0\r\n\r\n')),
  'only an empty array': always(send('*0\r\n')),
  'only nested arrays': always(send(array(array(array(':1\r\n'), '$-1\r\n'), array()))),
  'only odd pairs': always(send(array(bulk('maxmemory'), bulk('1'), bulk('odd')))),
  'only names of prototypes': always(
    send(array(bulk('__proto__'), array(bulk('x')), bulk('constructor'), bulk('y'))),
  ),
  'only escapes': always(send(bulk(ESCAPES))),
  'only hostile INFO': always(send(bulk(INFO))),
  ...Object.fromEntries(
    ['NOAUTH', 'WRONGPASS', 'NOPERM', 'LOADING', 'MOVED 1 evil:6379', 'EXECABORT', ''].map(
      (code) => [`only the error ${code}`, always(send(`-${code} ${ESCAPES}\r\n`))],
    ),
  ),
};

const TLS: Readonly<Record<string, Script>> = {
  'TLS that stalls in the handshake': { tls: 'stalled' },
  'TLS a byte at a time': { tls: 'dripping' },
  'TLS of garbage': { tls: 'garbage' },
  'TLS that never ends': { tls: 'endless' },
  'TLS on a plaintext port': {
    tls: 'absent',
    greeting: [{ waitMs: 20 }, send('-ERR unknown command\r\n'), { end: 'close' }],
  },
  ...Object.fromEntries(
    ['silent', 'endless line', 'nested 100,000 deep', 'only OK', 'only hostile INFO'].map(
      (name) => {
        const script = { ...SLOW, ...ENDLESS, ...HUGE, ...WRONG }[name];
        return [`within TLS: ${name}`, { ...script, tls: 'valid' }];
      },
    ),
  ),
};

export const PLAINTEXT_SCRIPTS = { ...SLOW, ...ENDLESS, ...HUGE, ...OTHERS, ...ENDING, ...WRONG };
export const TLS_SCRIPTS = TLS;
