/**
 * The process that a run of the built command line sees inside of this one: its own arguments,
 * environment, output, signals and end. A process of its own takes ten times the CPU time.
 */

import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Agent, AgentOptions } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { compileFunction } from 'node:vm';
import { built } from './built';

const STDOUT = 1;
const STDERR = 2;

/** Names of what Node.js gives a module, and globals that the run has its own of. */
const PARAMETERS = [
  ...['exports', 'require', 'module', '__filename', '__dirname'],
  ...['process', 'setTimeout', 'setInterval'],
];

type Environment = Readonly<Record<string, string>>;

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Compiled once per test file; each run gets modules of its own. */
const compiled = new Map<string, ReturnType<typeof compileFunction>>();

/** Runs the built command line to its end. */
export function runInside(args: readonly string[], env: Environment): Promise<Ended> {
  const file = built('cli');
  return new Promise((resolve) => {
    new CliProcess([process.execPath, file, ...args], env, resolve).load(file);
  });
}

function compiledFrom(file: string): ReturnType<typeof compileFunction> {
  const known = compiled.get(file);
  if (known) return known;
  const text = withoutImports(readFileSync(file, 'utf8'));
  const made = compileFunction(text, PARAMETERS, { filename: file });
  compiled.set(file, made);
  return made;
}

/** The SDK loads built-in modules by `import()`, which such a function does not have. */
function withoutImports(text: string): string {
  const required = 'Promise.resolve($1).then(require)';
  return text.replace(/^#!.*/, '').replace(/\bimport\(("[^"]+")\)/g, required);
}

class CliProcess extends EventEmitter {
  exitCode: number | undefined;
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly stdin = { isTTY: false };
  readonly stdout = new Output();
  readonly stderr = new Output();
  readonly #end: (ended: Ended) => void;
  readonly #agents = new Set<Agent>();
  readonly #modules = new Map<string, { readonly exports: object }>();
  #isOver = false;
  /** This process, but for what a run has its own of. */
  readonly proxy: NodeJS.Process;

  constructor(argv: readonly string[], env: Environment, end: (ended: Ended) => void) {
    super();
    this.argv = argv;
    this.env = env;
    this.#end = end;
    this.proxy = new Proxy(process, {
      get: (_, name) => this.#member(Reflect.has(this, name) ? this : process, name),
      set: (_, name, value) => Reflect.set(this, name, value),
    });
  }

  exit(code?: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (code !== undefined) this.exitCode = code;
    this.emit('exit', this.exitCode);
    for (const agent of this.#agents) agent.destroy();
    const { exitCode = 0, stdout, stderr } = this;
    this.#end({ code: exitCode, out: stdout.text, err: stderr.text });
  }

  /** As Node.js does; warnings of packages about an old Node.js are not of the command line. */
  emitWarning(warning: unknown): void {
    if (!String(warning).includes('NodeVersionSupportWarning')) {
      this.stderr.write(`(node:1) ${String(warning)}\n`);
    }
  }

  /** Exports of a file of the build, which is evaluated once per run. */
  load(file: string): object {
    const known = this.#modules.get(file);
    if (known) return known.exports;
    const module = { exports: {} };
    this.#modules.set(file, module);
    const ofModule = [module.exports, this.#requireFrom(file), module, file, ''];
    // A timer that is left must not keep this process alive.
    const timeout: typeof setTimeout = ((...of: Parameters<typeof setTimeout>) =>
      setTimeout(...of).unref()) as never;
    const interval: typeof setInterval = ((...of: Parameters<typeof setInterval>) =>
      setInterval(...of).unref()) as never;
    compiledFrom(file)(...ofModule, this.proxy, timeout, interval);
    return module.exports;
  }

  /** Other files of the build, and built-in modules that reach the process not only by its name. */
  #requireFrom(file: string): NodeJS.Require {
    const requireReal = createRequire(file);
    const own: Readonly<Record<string, (real: never) => object>> = {
      'node:process': () => this.proxy,
      'node:fs': (real) => this.#files(real),
      'node:child_process': (real) => this.#children(real),
      'node:http': (real) => this.#connections(real),
      'node:timers/promises': unreferenced,
    };
    return ((name: string) =>
      name.startsWith('./')
        ? this.load(join(dirname(file), name))
        : (own[name]?.(requireReal(name) as never) ?? requireReal(name))) as never;
  }

  #files(fs: typeof import('node:fs')) {
    const outputs: Readonly<Record<number, Output>> = {
      [STDOUT]: this.stdout,
      [STDERR]: this.stderr,
    };
    const writeSync = (to: number, text: string) => {
      const output = outputs[to];
      if (!output) return fs.writeSync(to, text);
      output.text += text;
      return text.length;
    };
    return { ...fs, writeSync };
  }

  /** Connections end with the run, as with a process. */
  #connections(http: typeof import('node:http')) {
    const agents = this.#agents;
    class Agent extends http.Agent {
      constructor(options?: AgentOptions) {
        super(options);
        agents.add(this);
      }
    }
    return { ...http, Agent };
  }

  /** A child inherits the environment of the run. */
  #children({ spawn, spawnSync, ...others }: typeof import('node:child_process')) {
    const inherited = <Rest extends object>(options?: Rest) => ({ env: this.env, ...options });
    return {
      ...others,
      exec: refused,
      execFile: refused,
      spawn: (command: string, args: readonly string[], options?: object) =>
        spawn(command, args, inherited(options)),
      spawnSync: (command: string, args: readonly string[], options?: object) =>
        spawnSync(command, args, inherited(options)),
    };
  }

  #member(of: object, name: string | symbol): unknown {
    const value = Reflect.get(of, name, of);
    return typeof value === 'function' ? value.bind(of) : value;
  }
}

/** Collects what is written. */
class Output extends Writable {
  readonly isTTY = false;
  text = '';

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

function unreferenced(timers: typeof import('node:timers/promises')) {
  const sleep = (ms: number, value?: unknown, options?: object) =>
    timers.setTimeout(ms, value, { ...options, ref: false });
  return { ...timers, setTimeout: sleep };
}

function refused(): never {
  throw new Error('this run of the command line cannot start a shell; run it as a process');
}
