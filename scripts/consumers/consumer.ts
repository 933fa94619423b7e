/**
 * An application outside the repository: a folder where npm installs the packed package with chosen
 * versions of its peers, and where programs are compiled and run.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, Toolchain } from './toolchains';

/** Time limit of one command, in milliseconds: an install downloads a CDK. */
const COMMAND_MS_MAX = 300_000;

export interface Outcome {
  readonly ok: boolean;
  /** The output of the program, or the first lines of its errors. */
  readonly detail: string;
}

export class Consumer {
  readonly #folder: string;

  /** Installs with npm's own check of peers: an unsatisfied peer range is an error. */
  constructor(folder: string, dependencies: Readonly<Record<string, string>>) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    this.#write('package.json', JSON.stringify({ private: true, dependencies }));
    const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  }

  /** Compiles and runs a program with a toolchain. */
  try(toolchain: Toolchain, program: string, env: NodeJS.ProcessEnv = {}): Outcome {
    const { file, compiler, build, run, type } = toolchain;
    for (const old of ['out', 'bundle.out.cjs']) {
      rmSync(join(this.#folder, old), { recursive: true, force: true });
    }
    const isCommonJs = file.endsWith('.cjs');
    this.#write(file, isCommonJs ? asCommonJs(program) : program);
    this.#setType(type);
    if (compiler) {
      this.#write('tsconfig.json', tsconfig(file, compiler));
      const checked = this.#node(['node_modules/typescript/bin/tsc', '-p', '.', '--noEmit'], env);
      if (!checked.ok) return checked;
    }
    if (build) {
      const built = this.#node(build, env);
      if (!built.ok) return built;
    }
    const outcome = this.#node(run, env);
    rmSync(join(this.#folder, file));
    return outcome;
  }

  #setType(type: Toolchain['type']): void {
    const manifest = JSON.stringify({ private: true, type });
    this.#write('package.json', manifest);
    this.#write('bundle.cjs', BUNDLE);
  }

  #write(name: string, text: string): void {
    writeFileSync(join(this.#folder, name), text);
  }

  #node(args: readonly string[], env: NodeJS.ProcessEnv): Outcome {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: this.#folder,
      env: { ...process.env, ...env },
      encoding: 'utf8',
      timeout: COMMAND_MS_MAX,
    });
    const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
    return { ok: status === 0, detail: lines.slice(0, 3).join(' | ').slice(0, 300) };
  }
}

/** A bundler as applications use it: one file with everything but the CDK. */
const BUNDLE = `require('esbuild').buildSync({
  entryPoints: ['app.ts'], outfile: 'bundle.out.cjs', bundle: true, platform: 'node', format: 'cjs',
  external: ['aws-cdk-lib', 'constructs', 'cdk-secure-redis'], logLevel: 'error',
});`;

function tsconfig(file: string, compiler: Json): string {
  const common = { target: 'es2022', strict: true, types: ['node'], skipLibCheck: true };
  return JSON.stringify({ compilerOptions: { ...common, ...compiler }, files: [file] });
}

/** The programs use only named imports, so that one text works in both module formats. */
function asCommonJs(program: string): string {
  return program.replace(/import (\{[^}]+\}) from ('[^']+');/g, 'const $1 = require($2);');
}
