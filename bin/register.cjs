/** Lets `node -r` run TypeScript files as they are. Types are checked by `npm run typecheck`. */

require('esbuild-register/dist/node').register({ target: 'node20' });
