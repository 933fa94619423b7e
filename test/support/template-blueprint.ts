/** The blueprint of the real template, with the bundle that is built in the place of its asset. */

import { type Blueprint, blueprintOf } from '../../rehearsal/aws/blueprint';
import type { Resource } from '../../rehearsal/aws/template';
import { BLUEPRINT } from './local-deployment';
import { makeStack, type TemplateJson, templateOf } from './synth';

/** `change` is applied to the rendered template, as an override would be. */
export function templateBlueprint(
  change: (template: TemplateJson) => void = () => undefined,
  stack = makeStack(),
): Blueprint {
  const template = templateOf(stack);
  change(template);
  const { Resources } = template;
  const read = blueprintOf('main', 'test', '/', Resources as Record<string, Resource>);
  const { assetFolder } = BLUEPRINT.rotation;
  return { ...read, rotation: { ...read.rotation, assetFolder } };
}
