/** The digest of a text as `lib` writes it to the environment: SHA-256 in base64url. */

import { createHash } from 'node:crypto';

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
