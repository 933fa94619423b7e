/** The table of preflight's checks, in the order in which they are printed. */

import { accessStringsFit } from './access-strings';
import { accountMatches, isBootstrapped, networkExists, regionMatches } from './credentials';
import type { Check } from './finding';
import { keysUsable, topicsUsable } from './key-and-topics';
import { endpointServicesOffered, nodeTypesOffered } from './offers';
import { privateDnsIsFree } from './private-dns';
import { concurrencyFits, endpointsFit, nodesFit, rulesFit, vpcsFit } from './quotas';
import { graceIsKept, noRotationPending } from './rotations';
import { stacksUpdatable } from './stacks';
import { accessKept, enginesOfferIam, userIdsFree, usersFit } from './users';

export const CHECKS: readonly Check[] = [
  accountMatches,
  regionMatches,
  isBootstrapped,
  stacksUpdatable,
  networkExists,
  concurrencyFits,
  vpcsFit,
  endpointsFit,
  nodesFit,
  usersFit,
  userIdsFree,
  rulesFit,
  nodeTypesOffered,
  endpointServicesOffered,
  privateDnsIsFree,
  keysUsable,
  topicsUsable,
  accessKept,
  enginesOfferIam,
  accessStringsFit,
  noRotationPending,
  graceIsKept,
];
