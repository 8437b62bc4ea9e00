import type { UploadedCertificate, WantedCertificate } from '../model/certificate.ts';
import { listLagMs } from './list-lag.ts';

/** Which certificates of Secrets are wanted, and which stand in the SSL product. */
export interface CertificateFacts {
  readonly wanted: readonly WantedCertificate[];
  /** Those with the tags of this cluster, as listed now. */
  readonly standing: readonly UploadedCertificate[];
  /** By fingerprint: those that we used last. */
  readonly known: ReadonlyMap<string, KnownUpload>;
  /** By id: since when a certificate of ours is needed by nobody. By a clock that never jumps. */
  readonly unneededSinceMs: ReadonlyMap<string, number>;
  readonly unneededMs: number;
  /** By the same clock. */
  readonly nowMs: number;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
}

export interface KnownUpload {
  readonly id: string;
  readonly atMs: number;
}

export interface CertificatePlan {
  /** By fingerprint: the id that is used for it. */
  readonly uses: ReadonlyMap<string, string>;
  readonly uploads: readonly WantedCertificate[];
  /** Not uploaded any more. One that stands goes on: nothing better is there. */
  readonly expired: readonly WantedCertificate[];
  /** Ids that nobody needs. */
  readonly unneeded: readonly string[];
  /** Those of them that go, once no CLB shows them. */
  readonly deletions: readonly string[];
}

/** One of each content is used; every other one of ours goes a while later. */
export function judgeCertificates(facts: CertificateFacts): CertificatePlan {
  const { wanted, standing, unneededSinceMs, unneededMs, nowMs, timeMs } = facts;
  const contents = [...new Map(wanted.map((one) => [one.fingerprint, one])).values()];
  const uses = new Map(contents.flatMap(({ fingerprint }) => usedFor(fingerprint, facts)));
  const missing = contents.filter(({ fingerprint }) => !uses.has(fingerprint));
  const used = new Set(uses.values());
  const unneeded = standing.map(({ id }) => id).filter((id) => !used.has(id));
  return {
    uses,
    uploads: missing.filter(({ notAfterMs }) => notAfterMs > timeMs),
    expired: missing.filter(({ notAfterMs }) => notAfterMs <= timeMs),
    unneeded,
    deletions: unneeded.filter((id) => nowMs - (unneededSinceMs.get(id) ?? nowMs) >= unneededMs),
  };
}

/** The one that was used before, so that of two with one content none replaces the other on a listener. */
function usedFor(fingerprint: string, { standing, known, nowMs }: CertificateFacts): readonly [string, string][] {
  const ids = standing.filter((one) => one.fingerprint === fingerprint).map(({ id }) => id);
  const last = known.get(fingerprint);
  const isThere = last !== undefined && (ids.includes(last.id) || nowMs - last.atMs < listLagMs);
  const id = isThere ? last.id : ids.toSorted()[0];
  return id === undefined ? [] : [[fingerprint, id]];
}

const dayMs = 86_400_000;
const soonMs = 14 * dayMs;

/** The last two weeks, or the last sixth of a shorter life: by then whoever renews it has failed to. */
export function endsSoon({ notBeforeMs, notAfterMs }: WantedCertificate, timeMs: number): boolean {
  return notAfterMs - timeMs < Math.min(soonMs, (notAfterMs - notBeforeMs) / 6);
}
