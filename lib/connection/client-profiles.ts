/**
 * Every client library that we know, by the name that `connectionString` takes.
 *
 * What an entry says was tried where the client can be had: `docs/connect.md` names the versions.
 */

import type { ClientProfile } from './client-profile';
import { COMPILED_CLIENTS } from './compiled-clients';
import { NODE_CLIENTS } from './node-clients';
import { PYTHON_CLIENTS } from './python-clients';
import { SCRIPT_CLIENTS } from './script-clients';

export const CLIENT_PROFILES = {
  ...PYTHON_CLIENTS,
  ...NODE_CLIENTS,
  ...COMPILED_CLIENTS,
  ...SCRIPT_CLIENTS,
} as const satisfies { readonly [name: string]: ClientProfile };

/** A client library that `connectionString` knows. */
export type ClientName = keyof typeof CLIENT_PROFILES;
