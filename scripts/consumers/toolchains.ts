/**
 * The ways in which an application compiles and runs a package: each with its compiler settings
 * and the command that runs the program.
 */

export type Json = Readonly<Record<string, unknown>>;

export interface Toolchain {
  readonly name: string;
  /** The program's file. Its ending chooses the module format. */
  readonly file: string;
  /** Compiler options besides the common ones; absent where nothing is type-checked. */
  readonly compiler?: Json;
  /** Arguments of Node that run the program, in the consumer's folder. */
  readonly run: readonly string[];
  /** Arguments of Node that build it first. */
  readonly build?: readonly string[];
  /** `type` of the consumer's package.json. */
  readonly type: 'commonjs' | 'module';
}

const TSC = 'node_modules/typescript/bin/tsc';
const emit = { outDir: 'out', rootDir: '.' };

/** As `cdk init` made apps until 2024, as TypeScript recommends now, and without a compiler. */
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
