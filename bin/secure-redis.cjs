#!/usr/bin/env node
/** Starts the operator's command line: its source in the repository, else what was built of it. */

const { existsSync } = require('node:fs');
const { join } = require('node:path');

if (existsSync(join(__dirname, '../cli/main.ts'))) {
  require('./register.cjs');
  require('../cli/main.ts');
} else {
  require('../dist/cli.cjs');
}
