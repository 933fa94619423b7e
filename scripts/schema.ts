/** `npm run schema`: writes `config/schema.json`, which editors read. A test compares it. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stageSchema } from '../lib/fleet/stage-schema';

const FILE = join(__dirname, '../config/schema.json');

writeFileSync(FILE, `${JSON.stringify(stageSchema(), null, 2)}\n`);
