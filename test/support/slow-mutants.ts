/**
 * Rotations that are wrong on purpose about time: about a change of the cache that outlasts a
 * step, and about what an operator does while a step waits.
 */

import { decide } from '../../lambda/rotation/token-plan';
import { bentPorts, except, type Mutant } from './mutant';

/** How a step may end that leaves the proof to a later one. */
const LATER = { kind: 'done', why: 'not-proven-yet' } as const;

export const SLOW_MUTANTS: readonly Mutant[] = [
  {
    name: 'fails in setSecret when a change outlasts it',
    harm: 'I4',
    faultsMax: 1,
    planner: (step, facts) => {
      const decision = decide(step, facts);
      const isLeft = step === 'setSecret' && decision.kind === 'done' && !facts.settled;
      return isLeft ? { kind: 'refuse', code: 'StillSettling' } : decision;
    },
  },
  {
    name: 'leaves to testSecret what setSecret has not asked for',
    harm: 'I6',
    faultsMax: 1,
    planner: except((step, facts) =>
      step === 'setSecret' && facts.stage === 'pending' && !facts.asked && facts.newest === 'this'
        ? LATER
        : undefined,
    ),
  },
  {
    name: 'leaves to finishSecret that a node of a settled cache refuses',
    harm: 'I6',
    faultsMax: 1,
    planner: except((step, { settled, pendingLogins }) =>
      step === 'testSecret' && settled && pendingLogins?.refused ? LATER : undefined,
    ),
  },
  {
    name: 'ends finishSecret without proof, as testSecret may',
    harm: 'I6',
    faultsMax: 1,
    planner: except((step, { settled }) =>
      step === 'finishSecret' && settled === false ? LATER : undefined,
    ),
  },
  {
    name: 'promotes what testSecret has let pass without proof',
    harm: 'I1',
    faultsMax: 1,
    planner: except((step, { stage }) =>
      step === 'finishSecret' && stage === 'pending'
        ? { kind: 'do', effect: 'promote' }
        : undefined,
    ),
  },
  {
    name: 'acts on the labels that it read before it waited',
    harm: 'I7',
    faultsMax: 2,
    takenBack: true,
    ports: bentPorts(({ secrets }) => {
      // Ports are made for each attempt: what it reads first it believes to the end.
      let first: ReturnType<typeof secrets.labels> | undefined;
      return {
        secrets: {
          ...secrets,
          labels: () => {
            first ??= secrets.labels();
            return first;
          },
        },
      };
    }),
  },
];
