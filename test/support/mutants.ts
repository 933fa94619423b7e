/**
 * Rotations that are wrong on purpose, each as somebody has built or could build it, and the harm
 * that it does. Each must be caught. One that is not caught means that a guard is a guess.
 */

import { accepted, bent, bentDailyCheck, bentPorts, except, type Mutant } from './mutant';
import { SLOW_MUTANTS } from './slow-mutants';
import type { World } from './world';

export const MUTANTS: readonly Mutant[] = [
  ...SLOW_MUTANTS,
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
    planner: bent(({ newest, settled, justMarked }) => {
      const seen = { settled: true, untouched: 'yes', currentLogins: accepted } as const;
      if (newest === 'unreadable') return { newest: 'nobody', ...seen };
      return justMarked && settled === undefined ? seen : {};
    }),
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
    name: 'believes the username in the secret',
    harm: 'I4',
    faultsMax: 0,
    ports: bentPorts(({ cache }, world) => ({
      cache: { ...cache, username: world.values.get('v0')?.username ?? '' },
    })),
  },
  {
    name: 'does not look whether somebody else changed the passwords',
    harm: 'I1',
    faultsMax: 1,
    foreign: true,
    planner: bent(({ untouched }) =>
      untouched === 'no' ? { untouched: 'yes', currentLogins: accepted } : {},
    ),
  },
  {
    name: 'revokes within the grace period',
    harm: 'I2',
    faultsMax: 0,
    dailyChecksMax: 1,
    dailyCheckPlanner: bentDailyCheck(() => ({ graceOver: true })),
  },
  {
    name: 'believes its word that nobody else is let in, whatever happened since',
    harm: 'I1',
    faultsMax: 1,
    dailyChecksMax: 1,
    foreign: true,
    ports: bentPorts(({ cache }) => ({
      cache: { ...cache, look: async () => ({ ...(await cache.look()), authChangedAt: 'always' }) },
    })),
  },
  {
    name: 'takes an AWSPREVIOUS with the current password for proof that no older one is accepted',
    harm: 'I3',
    faultsMax: 0,
    edited: true,
    dailyCheckPlanner: bentDailyCheck(({ others }) =>
      others === 'unknown' ? { others: 'none' } : {},
    ),
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
