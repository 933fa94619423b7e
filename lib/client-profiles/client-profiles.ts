/**
 * All supported client libraries, by the name that `connectionString` accepts.
 *
 * Entries were tested where the client is available: `docs/connect.md` names the versions.
 */

import type { ClientProfile } from './client-profile';
import { COMPILED_CLIENTS } from './compiled-clients';
import { NODE_CLIENTS } from './node-profiles';
import { PYTHON_CLIENTS } from './python-clients';
import { SCRIPT_CLIENTS } from './script-clients';

export const CLIENT_PROFILES = {
  ...PYTHON_CLIENTS,
  ...NODE_CLIENTS,
  ...COMPILED_CLIENTS,
  ...SCRIPT_CLIENTS,
} as const satisfies { readonly [name: string]: ClientProfile };

/** The name of a supported client library. */
export type ClientName = keyof typeof CLIENT_PROFILES;
