import type { WantedCertificate } from '../model/certificate.ts';

/** Of one namespace in one round; the others of it come in the next. */
const mostOfNamespace = 8;

/** Namespaces take turns, so that whoever changes many Secrets delays no renewal of others by all of them. */
export function nextUploads(due: readonly WantedCertificate[]): readonly WantedCertificate[] {
  const byNamespace = [...Map.groupBy(due, ({ secret }) => secret.namespace).values()];
  const turns = Array.from({ length: mostOfNamespace }, (_, turn) => byNamespace.flatMap((some) => some[turn] ?? []));
  return turns.flat();
}
