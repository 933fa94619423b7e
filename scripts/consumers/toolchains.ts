/**
 * Toolchains with which applications compile and run a package: each with its compiler settings and
 * the command that runs the program.
 */

export type Json = Readonly<Record<string, unknown>>;

export interface Toolchain {
  readonly name: string;
  /** The program's file. Its extension selects the module format. */
  readonly file: string;
  /** Additional compiler options; absent where nothing is type-checked. */
  readonly compiler?: Json;
  /** Arguments of Node that run the program, in the consumer's folder. */
  readonly run: readonly string[];
  /** Arguments of Node for a build before the run. */
  readonly build?: readonly string[];
  /** `type` of the consumer's package.json. */
  readonly type: 'commonjs' | 'module';
}

const TSC = 'node_modules/typescript/bin/tsc';
const emit = { outDir: 'out', rootDir: '.' };

/** Settings of `cdk init` until 2024, TypeScript's current advice, and no compiler at all. */
export const TOOLCHAINS: readonly Toolchain[] = [
  {
    name: 'tsc, node10, CommonJS',
    file: 'app.ts',
    compiler: { module: 'commonjs', moduleResolution: 'node10', ...emit },
    build: [TSC, '-p', '.'],
    run: ['out/app.js'],
    type: 'commonjs',
  },
  {
    name: 'tsc, node16, CommonJS',
    file: 'app.ts',
    compiler: { module: 'node16', moduleResolution: 'node16', ...emit },
    build: [TSC, '-p', '.'],
    run: ['out/app.js'],
    type: 'commonjs',
  },
  {
    name: 'tsc, nodenext, ESM',
    file: 'app.mts',
    compiler: { module: 'nodenext', moduleResolution: 'nodenext', ...emit },
    build: [TSC, '-p', '.'],
    run: ['out/app.mjs'],
    type: 'module',
  },
  {
    name: 'tsc, bundler, and esbuild',
    file: 'app.ts',
    compiler: { module: 'esnext', moduleResolution: 'bundler', noEmit: true },
    build: ['bundle.cjs'],
    run: ['bundle.out.cjs'],
    type: 'module',
  },
  {
    name: 'ts-node',
    file: 'app.ts',
    compiler: { module: 'commonjs', moduleResolution: 'node10' },
    run: ['node_modules/ts-node/dist/bin.js', 'app.ts'],
    type: 'commonjs',
  },
  { name: 'tsx', file: 'app.ts', run: ['node_modules/tsx/dist/cli.mjs', 'app.ts'], type: 'module' },
  { name: 'Node, require', file: 'app.cjs', run: ['app.cjs'], type: 'commonjs' },
  { name: 'Node, import', file: 'app.mjs', run: ['app.mjs'], type: 'module' },
];
