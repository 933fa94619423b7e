/** The version of each label, from Secrets Manager's labels per version. */

import { holderOf, LABEL, REVOKED_PREFIX } from '../../contract/rotation';
import type { Labels } from './ports';

export function labelsOf(stagesById: Readonly<Record<string, readonly string[]>>): Labels {
  return {
    current: holderOf(stagesById, LABEL.current),
    pending: holderOf(stagesById, LABEL.pending),
    newest: holderOf(stagesById, LABEL.newest),
    previous: holderOf(stagesById, LABEL.previous),
    revoked: revokedOf(stagesById),
  };
}

function revokedOf(stagesById: Readonly<Record<string, readonly string[]>>): Labels['revoked'] {
  const found = Object.entries(stagesById).flatMap(([versionId, labels]) =>
    labels
      .filter((label) => label.startsWith(REVOKED_PREFIX))
      .map((label) => ({ versionId, since: label.slice(REVOKED_PREFIX.length) })),
  );
  // A crash between two moves can leave two REVOKED labels; that of the current version counts.
  const isCurrent = ({ versionId }: { versionId: string }) =>
    stagesById[versionId]?.includes(LABEL.current);
  return found.find(isCurrent) ?? found[0];
}
