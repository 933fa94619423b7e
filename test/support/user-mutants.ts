/**
 * Rotations of a user that are wrong on purpose, each as somebody has built or could build it, and
 * the harm that it does. Each must be caught.
 */

import type { Ports, UserCache } from '../../lambda/rotation/ports';
import { USER, USER_CHECK } from '../../lambda/rotation/strategy';
import { accepted } from './mutant';
import type { UserCandidate, UserCheckPlanner, UserPlanner } from './played-user-rotation';
import type { UserScheduleOptions } from './user-schedules';
import type { UserWorld } from './user-world';

export interface UserMutant extends UserCandidate {
  readonly name: string;
  /** The beginning of the violation that must be found. */
  readonly harm: string;
  readonly schedules: UserScheduleOptions;
}

type Facts = Parameters<UserPlanner>[1];
type CheckFacts = Parameters<UserCheckPlanner>[0];

/** Decides as the real planner does, on facts that are bent. */
const bent =
  (bend: (facts: Facts) => Partial<Facts>): UserPlanner =>
  (step, facts) =>
    USER.decide(step, { ...facts, ...bend(facts) });

const bentCheck =
  (bend: (facts: CheckFacts) => Partial<CheckFacts>): UserCheckPlanner =>
  (facts) =>
    USER_CHECK.decide({ ...facts, ...bend(facts) });

/** Bends the lists that are sent. */
const bentLists =
  (bend: (list: Parameters<UserCache['askList']>[0], world: UserWorld) => typeof list) =>
  (world: UserWorld): Ports<UserCache> => {
    const ports = world.ports();
    const { cache } = ports;
    return { ...ports, cache: { ...cache, askList: (list) => cache.askList(bend(list, world)) } };
  };

const noFault = { faultsMax: 0, crashAtReads: false };
const oneFault = { faultsMax: 1, crashAtReads: false };

const passwordOf = (world: UserWorld, label: 'current' | 'pending' | 'previous') =>
  world.values.get(world.labels[label] ?? '')?.password;

export const USER_MUTANTS: readonly UserMutant[] = [
  {
    name: 'trusts the status instead of logging in, as the AWS sample does',
    harm: 'I1',
    schedules: oneFault,
    planner: bent(({ settled }) => (settled ? { pendingLogins: accepted } : {})),
  },
  {
    name: 'promotes when one node accepts',
    harm: 'I1',
    schedules: oneFault,
    planner: bent(({ pendingLogins }) =>
      pendingLogins?.accepted ? { pendingLogins: accepted } : {},
    ),
  },
  {
    name: 'logs in to the first node only',
    harm: 'I1',
    schedules: oneFault,
    ports: (world) => {
      const ports = world.ports();
      const { cache } = ports;
      const look = async () => {
        const view = await cache.look();
        return { ...view, nodes: view.nodes.slice(0, 1) };
      };
      return { ...ports, cache: { ...cache, look } };
    },
  },
  {
    name: 'sends the pending password alone',
    harm: 'I1',
    schedules: noFault,
    ports: bentLists((list, world) => {
      const pending = passwordOf(world, 'pending');
      return pending && list.length === 2 && list.includes(pending) ? [pending] : list;
    }),
  },
  {
    name: 'sends the pending and the previous password',
    harm: 'I1',
    schedules: noFault,
    ports: bentLists((list, world) => {
      const [pending, previous] = [passwordOf(world, 'pending'), passwordOf(world, 'previous')];
      const isAsked = pending && previous && world.labels.pending !== world.labels.current;
      return isAsked && list.includes(pending) ? [pending, previous] : list;
    }),
  },
  {
    name: 'revokes within the grace period',
    harm: 'I2',
    schedules: noFault,
    checkPlanner: bentCheck(() => ({ graceOver: true })),
  },
  {
    name: 'repairs with the current password alone',
    harm: 'I2',
    schedules: { ...noFault, stackUpdate: true },
    ports: bentLists((list, world) => {
      const isRepair = !list.includes(
        passwordOf(world, 'pending') ?? list[0] ?? world.newPassword(),
      );
      const current = passwordOf(world, 'current');
      return current && (isRepair || world.labels.pending === world.labels.current)
        ? [current]
        : list;
    }),
  },
  {
    name: 'takes a pending version without a value for a rotation',
    harm: 'I3',
    schedules: noFault,
    checkPlanner: bentCheck(({ pending }) =>
      pending === 'without-value' ? { pending: 'with-value' } : {},
    ),
  },
  {
    name: 'adopts an abandoned password that nodes accept, and sends no list of its own',
    harm: 'I1',
    schedules: { faultsMax: 2, dailyChecksMax: 1, crashAtReads: false },
    remembersNothing: true,
    ports: (world) => {
      const ports = world.ports();
      const { secrets } = ports;
      const put: typeof secrets.put = (versionId, credentials) => {
        const password = world.secret.values.get('v1')?.password;
        const isLive = password && [0, 1].every((node) => world.user.accepts(node, password));
        const isOther = versionId === 'v2' && isLive;
        return secrets.put(versionId, isOther ? { ...credentials, password } : credentials);
      };
      return { ...ports, secrets: { ...secrets, put } };
    },
    planner: (step, facts) => {
      const isAccepted = facts.pendingLogins?.accepted === 2;
      const decision = USER.decide(step, isAccepted ? { ...facts, quiet: true } : facts);
      const isAsk = step === 'setSecret' && decision.kind === 'do' && decision.effect === 'ask';
      return isAsk ? { kind: 'done', why: 'asked' } : decision;
    },
  },
  {
    name: 'does not look after promotion',
    harm: 'I6',
    schedules: { ...noFault, stackUpdate: true },
    planner: (step, facts) =>
      facts.stage === 'current'
        ? { kind: 'done', why: 'already-current' }
        : USER.decide(step, facts),
  },
  {
    name: 'takes a change in progress for a failure',
    harm: 'I4',
    schedules: { ...noFault, stackUpdate: true },
    planner: bent(() => ({ timeLeft: false })),
  },
];
