/** Lets `node -r` run TypeScript files as they are. Types are checked by `npm run typecheck`. */

require('esbuild-register/dist/node').register({ target: 'node20' });

// esbuild's worker would stay for the whole run. It starts again if a file is loaded later.
setImmediate(() => require('esbuild').stop());
