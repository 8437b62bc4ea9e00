import { readCertificates } from '@clb-direct/certs/pem.ts';

/**
 * Remembers since when the registration carries each CA: API servers trust a new one a little later than it is written.
 */
export interface RememberedTrust {
  /** The registration carries this bundle now. Gives the part that it has carried for long enough. Both PEM. */
  see(published: string): string;
}

/** What the first bundle carries counts as old: a replica that starts serves nothing that it could keep instead. */
export function rememberTrust(o: { publishMs: number; monotonicMs(): number }): RememberedTrust {
  let sinceMs: ReadonlyMap<string, number> | undefined;

  return {
    see(published) {
      const newMs = sinceMs === undefined ? -Infinity : o.monotonicMs();
      const certificates = readCertificates(published) ?? [];
      const before = sinceMs;
      sinceMs = new Map(certificates.map(String).map((pem) => [pem, before?.get(pem) ?? newMs]));
      const oldEnoughMs = o.monotonicMs() - o.publishMs;
      return [...sinceMs].flatMap(([pem, seenMs]) => (seenMs <= oldEnoughMs ? [pem] : [])).join('');
    },
  };
}
