#!/usr/bin/env node
/** Starts the command line: from source in the repository, from the build in the package. */

const { existsSync } = require('node:fs');
const { join } = require('node:path');

if (existsSync(join(__dirname, '../cli/main.ts'))) {
  require('./register.cjs');
  require('../cli/main.ts');
} else {
  require('../dist/cli.cjs');
}
