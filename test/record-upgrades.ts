/**
 * Records the stateful resources that this version synthesizes, as those of the last release:
 * `npm run upgrades`, in the commit that dates a chapter of the CHANGELOG.
 *
 * Ends with a line for each thing that an upgrade would do and the CHANGELOG does not say. Between
 * releases it adds the configurations that are new, and leaves what is recorded as it is.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { baselineOf, upgradeStacks } from './support/upgrade-cases';
import { record } from './support/upgrade-record';

const CHANGELOG = join(__dirname, '../CHANGELOG.md');

const missing = record(baselineOf(upgradeStacks()), readFileSync(CHANGELOG, 'utf8'));
for (const line of missing) console.error(line);
process.exitCode = missing.length > 0 ? 1 : 0;
