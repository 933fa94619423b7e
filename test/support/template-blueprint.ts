/** The blueprint of the real template, with the bundle that is built in the place of its asset. */

import { type Blueprint, blueprintOf, type Resource } from '../../rehearsal/blueprint';
import { BLUEPRINT } from './local-deployment';
import { makeStack, templateOf } from './synth';

export function templateBlueprint(): Blueprint {
  const { Resources } = templateOf(makeStack());
  const read = blueprintOf('main', 'test', '/', Resources as Record<string, Resource>);
  const { assetFolder } = BLUEPRINT.rotation;
  return { ...read, rotation: { ...read.rotation, assetFolder } };
}
