/**
 * All claims about the template, each with a change that breaks it.
 *
 * A claim is a predicate over the template alone, as a reviewer would read it.
 */

import type { Claim } from './claim';
import { SECRET_CLAIMS } from './encryption';
import { GROUP_CLAIMS } from './group';
import { NETWORK_CLAIMS } from './network';
import { ROTATION_CLAIMS } from './rotation';
import { LEAK_CLAIMS } from './secrecy';

export { all, rotationFunction } from './claim';

export const CLAIMS: readonly Claim[] = [
  ...GROUP_CLAIMS,
  ...NETWORK_CLAIMS,
  ...SECRET_CLAIMS,
  ...ROTATION_CLAIMS,
  ...LEAK_CLAIMS,
];
