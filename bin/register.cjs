/** Lets `node -r` run TypeScript files without a build. `npm run typecheck` checks the types. */

require('esbuild-register/dist/node').register({ target: 'node20' });

// esbuild's worker would otherwise stay alive for the whole run; a later load restarts it.
setImmediate(() => require('esbuild').stop());
