/** Finds resources of a template that wait for each other, which CloudFormation refuses. */

import type { TemplateJson } from './synth';

/** Each cycle as `A -> B -> A`. */
export function cyclesOf({ Resources }: TemplateJson): readonly string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const follow = (id: string, path: readonly string[]): void => {
    if (path.includes(id)) found.push([...path.slice(path.indexOf(id)), id].join(' -> '));
    else if (!finished.has(id)) {
      finished.add(id);
      const { Properties, DependsOn } = Resources[id] ?? {};
      const named = [...namesIn(Properties), ...[DependsOn ?? []].flat()];
      const next = new Set(named.filter((each) => Object.hasOwn(Resources, each)));
      for (const each of next) follow(each, [...path, id]);
    }
  };
  for (const id of Object.keys(Resources)) follow(id, []);
  return found;
}

function namesIn(value: unknown): readonly string[] {
  if (value === null || typeof value !== 'object') return [];
  const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: unknown; 'Fn::GetAtt'?: unknown };
  const direct = [Ref, Array.isArray(attribute) ? attribute[0] : attribute];
  return [
    ...direct.filter((each) => typeof each === 'string'),
    ...Object.values(value).flatMap(namesIn),
  ];
}
