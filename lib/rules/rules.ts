/** The list of all rules, for the engine, the tests and `docs/rules.md`. */

import { SECURITY_GROUP_RULES, type SecurityGroupSubject } from './cache-security-group';
import { ENDPOINT_RULES, type EndpointsSubject } from './endpoints';
import { KEPT_RULE } from './kept';
import { MADE_RESOURCES_RULES, type MadeResourcesSubject } from './made-resources';
import { GROUP_NETWORKS_RULES, type GroupNetworksSubject } from './other-security-groups';
import { REPLICATION_GROUP_RULES } from './replication-group';
import type { ReplicationGroupSubject } from './replication-group-subject';
import { ROTATION_FUNCTION_RULES, type RotationFunctionSubject } from './rotation-function';
import { ROTATION_ROLE_RULES, type RotationRoleSubject } from './rotation-role';
import type { Rule, RuleText } from './rule';
import { SCHEDULE_RULES, type ScheduleSubject, SECRET_RULES, type SecretsSubject } from './secrets';

/** The protected resources, by kind. */
export interface Subjects {
  readonly securityGroup: SecurityGroupSubject;
  readonly replicationGroup: ReplicationGroupSubject;
  readonly secrets: SecretsSubject;
  readonly schedule: ScheduleSubject;
  readonly rotationRole: RotationRoleSubject;
  readonly rotationFunction: RotationFunctionSubject;
  readonly endpoints: EndpointsSubject;
  readonly groupNetworks: GroupNetworksSubject;
  readonly madeResources: MadeResourcesSubject;
}

export type SubjectKind = keyof Subjects;

export const RULES_OF: { readonly [Kind in SubjectKind]: readonly Rule<Subjects[Kind]>[] } = {
  securityGroup: SECURITY_GROUP_RULES,
  replicationGroup: REPLICATION_GROUP_RULES,
  secrets: SECRET_RULES,
  schedule: SCHEDULE_RULES,
  rotationRole: ROTATION_ROLE_RULES,
  rotationFunction: ROTATION_FUNCTION_RULES,
  endpoints: ENDPOINT_RULES,
  groupNetworks: GROUP_NETWORKS_RULES,
  madeResources: MADE_RESOURCES_RULES,
};

export { KEPT_RULE };

/** The texts of all rules, for reviewers. */
export const RULES: readonly RuleText[] = [KEPT_RULE, ...Object.values(RULES_OF).flat()];
