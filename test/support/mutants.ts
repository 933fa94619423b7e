/**
 * Rotations that are wrong on purpose, each as somebody has built or could build it, and the harm
 * that it does. Each must be caught. One that is not caught means that a guard is a guess.
 */

import type { AuditPlanner } from '../../lambda/rotation/audit';
import { type AuditFacts, decideAudit } from '../../lambda/rotation/audit-plan';
import { decide, type Facts } from '../../lambda/rotation/plan';
import type { Ports } from '../../lambda/rotation/ports';
import type { Planner } from '../../lambda/rotation/run';
import type { Candidate } from './schedules';
import type { World } from './world';

export interface Mutant extends Candidate {
  readonly name: string;
  /** The beginning of the violation that must be found. */
  readonly harm: string;
  /** How many faults it takes to show. */
  readonly faultsMax: number;
  /** How many audits come between the steps. */
  readonly auditsMax?: number;
  readonly foreign?: boolean;
}

/** Decides as the real planner does, on facts that are bent. */
const bent =
  (bend: (facts: Facts) => Partial<Facts>): Planner =>
  (step, facts) =>
    decide(step, { ...facts, ...bend(facts) });

/** The real planner, except where `otherwise` has an answer. */
const except =
  (otherwise: (...args: Parameters<Planner>) => ReturnType<Planner> | undefined) =>
  (...args: Parameters<Planner>) =>
    otherwise(...args) ?? decide(...args);

/** Decides an audit as the real planner does, on facts that are bent. */
const bentAudit =
  (bend: (facts: AuditFacts) => Partial<AuditFacts>): AuditPlanner =>
  (facts) =>
    decideAudit({ ...facts, ...bend(facts) });

const accepted = { accepted: 2, refused: 0, unreachable: 0 };

function bentPorts(bend: (ports: Ports, world: World) => Partial<Ports>) {
  return (world: World): Ports => {
    const ports = world.ports();
    return { ...ports, ...bend(ports, world) };
  };
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'SET before AWSCURRENT moves, as the AWS sample does',
    harm: 'I1',
    faultsMax: 0,
    ports: bentPorts(({ secrets }, world) => ({
      secrets: {
        ...secrets,
        move: (label, from, to) => {
          const password = world.values.get(to)?.password;
          if (label === 'current' && password) world.set(password);
          return secrets.move(label, from, to);
        },
      },
    })),
  },
  {
    name: 'SET right after AWSCURRENT moves',
    harm: 'I2',
    faultsMax: 0,
    ports: bentPorts(({ secrets }, world) => ({
      secrets: {
        ...secrets,
        move: async (label, from, to) => {
          await secrets.move(label, from, to);
          const password = world.values.get(to)?.password;
          if (label === 'current' && password) world.set(password);
        },
      },
    })),
  },
  {
    name: 'promotes when one node accepts',
    harm: 'I1',
    faultsMax: 1,
    planner: bent(({ pendingLogins }) =>
      pendingLogins?.accepted ? { pendingLogins: accepted } : {},
    ),
  },
  {
    name: 'trusts the status instead of logging in',
    harm: 'I1',
    faultsMax: 1,
    planner: bent(({ settled, justMarked }) =>
      settled && !justMarked ? { pendingLogins: accepted } : {},
    ),
  },
  {
    name: 'logs in to the primary only',
    harm: 'I1',
    faultsMax: 1,
    ports: bentPorts(({ cache }) => ({
      cache: {
        ...cache,
        look: async () => {
          const view = await cache.look();
          return { ...view, nodes: view.nodes.slice(0, 1) };
        },
      },
    })),
  },
  {
    name: 'makes a second password for the same version',
    harm: 'I1',
    faultsMax: 1,
    // Ports are made for each attempt: a retry begins with another password.
    ports: (world) => {
      const { current, pending } = world.labels;
      if (pending !== undefined && pending !== current) replacePassword(world, pending);
      return world.ports();
    },
  },
  {
    name: 'writes no label ahead',
    harm: 'I1',
    faultsMax: 1,
    ports: bentPorts(({ secrets }) => ({
      secrets: {
        ...secrets,
        labels: async () => {
          const labels = await secrets.labels();
          return { ...labels, newest: labels.pending };
        },
      },
    })),
  },
  {
    name: 'makes a new password beside a live abandoned one',
    harm: 'I1',
    faultsMax: 1,
    // The look at the previous password would notice it too.
    planner: bent(({ newest }) =>
      newest === 'abandoned' ? { newest: 'current', untouched: 'yes' } : {},
    ),
  },
  {
    name: 'takes an unreachable node for one that refuses',
    harm: 'I6',
    faultsMax: 1,
    ports: bentPorts(({ cache }) => ({
      cache: {
        ...cache,
        login: async (node, username, password) => {
          const login = await cache.login(node, username, password);
          return login.answer === 'unreachable' ? { answer: 'refused' } : login;
        },
      },
    })),
  },
  {
    name: 'asks again while a node accepts the new password',
    harm: 'I1',
    faultsMax: 1,
    planner: except((step, facts) =>
      step === 'setSecret' && facts.settled && facts.pendingLogins?.refused
        ? { kind: 'do', effect: 'ask' }
        : undefined,
    ),
  },
  {
    name: 'asks again at once, although an earlier request may be on its way',
    harm: 'I1',
    faultsMax: 2,
    planner: bent(({ settled }) => ({ quiet: settled === true })),
  },
  {
    name: 'takes an unreadable NEWEST for nobody',
    harm: 'I1',
    faultsMax: 2,
    // The look at the previous password would notice it too, once there is a previous one.
    planner: bent(({ newest }) =>
      newest === 'unreadable' ? { newest: 'nobody', settled: true, untouched: 'yes' } : {},
    ),
  },
  {
    name: 'fails when the version is current already',
    harm: 'I4',
    faultsMax: 1,
    planner: except((_, facts) =>
      facts.stage === 'current' ? { kind: 'refuse', code: 'NotStaged' } : undefined,
    ),
  },
  {
    name: 'gives up instead of waiting',
    harm: 'I4',
    faultsMax: 0,
    planner: bent(() => ({ timeLeft: false })),
  },
  {
    name: 'does not look whether somebody else changed the passwords',
    harm: 'I1',
    faultsMax: 1,
    foreign: true,
    planner: bent(({ untouched }) => (untouched === 'no' ? { untouched: 'yes' } : {})),
  },
  {
    name: 'retires within the grace period',
    harm: 'I2',
    faultsMax: 0,
    auditsMax: 1,
    auditPlanner: bentAudit(() => ({ graceOver: true })),
  },
  {
    name: 'believes its word that nobody else is let in, whatever happened since',
    harm: 'I1',
    faultsMax: 1,
    auditsMax: 1,
    foreign: true,
    ports: bentPorts(({ cache }) => ({
      cache: { ...cache, look: async () => ({ ...(await cache.look()), authChangedAt: 'always' }) },
    })),
  },
  {
    name: 'logs a password',
    harm: 'I5',
    faultsMax: 0,
    ports: bentPorts(({ log, newPassword }) => {
      const made: string[] = [];
      return {
        log: (line) => log({ ...line, made: made.at(-1) }),
        newPassword: () => {
          const password = newPassword();
          made.push(password.reveal());
          return password;
        },
      };
    }),
  },
];

function replacePassword(world: World, versionId: string): void {
  const value = world.values.get(versionId);
  if (value) world.values.set(versionId, { ...value, password: world.newPassword() });
}
