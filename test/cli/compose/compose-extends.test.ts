/** `extends` and `include`, in the file, in a file beside it, and in one that is not there. */

import { linesOf, verdictOn } from '../../support/compose-lines';

const services = (...lines: readonly string[]) => ['services:', ...lines, ''].join('\n');
const BASE = services(
  '  base:',
  '    image: redis:7.4.11-alpine',
  '    read_only: true',
  '    volumes: ["r:/data", "./r.conf:/etc/r.conf"]',
  '    ports: ["6379:6379"]',
);
const EXTENDED = '  cache: { extends: { file: sub/base.yaml, service: base }, mem_limit: 1g }';
const SAME = `${BASE}  cache: { extends: { service: base }, mem_limit: 1g, read_only: false }\n`;

const foundOn = (id: string, compose: string, files?: Readonly<Record<string, string>>) =>
  verdictOn(id, compose, files).replaceAll(/: (base|cache): [^;]*/g, ' $1');

describe('A service gets the keys of the one that it extends', () => {
  test('in the same file', () => {
    expect(foundOn('data-volume', SAME)).toBe('pass base; pass cache');
    expect(foundOn('memory-limit', SAME)).toBe('fail base; pass cache');
    expect(foundOn('read-only-root', SAME)).toBe('pass base; fail cache');
    const short = `${BASE}  cache: { extends: base, ports: ["127.0.0.1:1:6379"] }\n`;
    expect(foundOn('port-loopback', short)).toBe('fail base; fail cache');
  });

  test('of a file beside it, with its paths, at the line of `extends`', () => {
    const files = { 'sub/base.yaml': BASE, 'sub/r.conf': 'requirepass x\n' };
    const compose = services(`${EXTENDED.slice(0, -2)}, command: redis-server /etc/r.conf }`);
    expect(foundOn('memory-limit', compose, files)).toBe('pass cache');
    expect(foundOn('password-required', compose, files)).toBe('pass cache');
    const open = linesOf(compose, files).find(({ id }) => id === 'compose-port-loopback');
    expect([open?.verdict, open?.place?.line]).toEqual(['fail', 2]);
  });

  test.each([
    ['a file that is not there', services(EXTENDED)],
    ['beside another Redis', services(EXTENDED, '  other: { image: redis:7 }')],
    ['a service that is not there', services('  cache: { extends: none }')],
    ['itself', services('  cache: { extends: cache }')],
  ])('one line tells of what is not here: %s', (_, compose) => {
    const of = linesOf(compose).filter(({ evidence }) => evidence.startsWith('cache: '));
    expect(of.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['compose-file-read', 'cannot tell'],
    ]);
    expect(of[0]?.evidence).toMatch(/`extends` names .*, which is not here to read$/);
  });

  test('an application that extends another file has no line', () => {
    const compose = services(
      '  app: { image: app, extends: { file: none.yaml, service: app } }',
      '  cache: { image: redis:7 }',
    );
    expect(linesOf(compose).some(({ evidence }) => evidence.includes('app'))).toBe(false);
  });
});

describe('A file that is included is judged', () => {
  test.each(['include: [sub/base.yaml]', 'include: [{ path: sub/base.yaml }]'])('%s', (compose) => {
    const files = { 'sub/base.yaml': BASE };
    expect(foundOn('port-loopback', compose, files)).toBe('fail base');
    const lines = linesOf(compose, files);
    expect(lines.some(({ id }) => id === 'compose-file-read')).toBe(false);
    const open = lines.find(({ id }) => id === 'compose-port-loopback');
    expect(open?.place?.file).toMatch(/sub\/base\.yaml$/);
  });

  test.each([
    ['include: [none.yaml]', {}],
    ['include: [sub/base.yaml, none.yaml]', { 'sub/base.yaml': BASE }],
    ['include: [{ path: [sub/base.yaml, more.yaml] }]', { 'sub/base.yaml': BASE }],
  ])('what is not read is told: %s', (compose, files) => {
    const read = linesOf(compose, files).filter(({ id }) => id === 'compose-file-read');
    expect(read.map(({ verdict }) => verdict)).toEqual(['cannot tell']);
  });

  test('files that include each other end', () => {
    const compose = 'include: [compose.yaml, a.yaml]';
    const files = { 'a.yaml': `include: [compose.yaml, a.yaml]\n${BASE}` };
    expect(foundOn('memory-limit', compose, files)).toBe('fail base');
  });
});
