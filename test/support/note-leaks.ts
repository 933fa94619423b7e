/** Runs in every test file before its tests: notes what is made and printed there. */

import { inspect } from 'node:util';
import { Password } from '../../contract/password';
import { noteOutput, notePassword } from './leaks';

const FRAMES_MAX = 15;

// Jest would map a hundred frames of each stack, and the CDK takes one per acknowledged finding.
Error.stackTraceLimit = FRAMES_MAX;

const makePassword = Password.of;
Password.of = (value) => {
  const password = makePassword(value);
  notePassword(value);
  return password;
};

for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
  const print = console[method].bind(console);
  console[method] = (...things: unknown[]) => {
    noteOutput(
      things.map((thing) => (typeof thing === 'string' ? thing : inspect(thing))).join(' '),
    );
    print(...things);
  };
}
