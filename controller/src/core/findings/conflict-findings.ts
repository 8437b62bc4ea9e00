import type { Conflict } from '../plan/conflict.ts';
import type { OwnerFinding } from './judged.ts';
import { refusedPlaces } from './refused-places.ts';

/** What each owner should know of the places that others have, or that it may not have: once for each reason. */
export function conflictFindings(conflicts: readonly Conflict[]): readonly OwnerFinding[] {
  const found = new Map(conflicts.map(({ binding, finding }) => [binding, finding]));
  const ofOwners = [...Map.groupBy(found.keys(), ({ owner }) => owner.uid).values()];
  return ofOwners.flatMap((bindings) => {
    const findings = refusedPlaces(bindings, (binding) => found.get(binding));
    return bindings.slice(0, 1).flatMap(({ owner }) => findings.map((finding) => ({ owner, finding })));
  });
}
