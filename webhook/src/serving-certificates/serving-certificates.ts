import { inspectMaterial, servingProblems, type Inspection } from '@clb-direct/certs/inspect-material.ts';
import type { Material } from '@clb-direct/certs/material.ts';
import type { StoredCertificates } from '@clb-direct/certs/secret-format.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { createFailureNews } from '@clb-direct/shared/runtime/failure-news.ts';
import { isDeepStrictEqual } from 'node:util';
import { trustsChain } from '@clb-direct/certs/trusts-chain.ts';
import { rememberTrust } from './remember-trust.ts';
import { sharesCertificate } from './shares-certificate.ts';

/** What this replica serves: the last good state of the Secret, whatever becomes of the Secret. */
export interface ServingCertificates {
  current(): StoredCertificates | undefined;
  inspection(): Inspection | undefined;
  /**
   * Takes what the Secret holds now, if it may be served; undefined = there is no Secret. `published`: the bundle of
   * the live registration, PEM; '' = none.
   */
  offer(stored: StoredCertificates | undefined, published: string): void;
  /**
   * What the API servers trust, as far as it is ours: a bundle that shares nothing with ours says nothing about us.
   * PEM.
   */
  trusted(): string;
}

interface ServingOptions {
  readonly hostName: string;
  /** How long a foreign CA is published before anything is served under it. */
  readonly publishMs: number;
  nowMs(): number;
  monotonicMs(): number;
  /** Called after a new state became current. */
  onChange(stored: StoredCertificates): void;
  readonly log: Log;
}

/** Begins with nothing to serve. */
export function createServingCertificates(o: ServingOptions): ServingCertificates {
  let current: Current | undefined;
  const remembered = rememberTrust(o);
  let trust: Trust = { published: '', wellKnown: '' };
  const news = createFailureNews();

  function refuse(problem: string): void {
    const message =
      current === undefined ? 'there are no certificates to serve yet' : 'the last good certificates stay in use';
    o.log[news.levelOf('offered', problem)]({ problem }, message);
  }

  function adopt(stored: StoredCertificates, inspection: Inspection): void {
    news.forget('offered');
    if (current !== undefined && isDeepStrictEqual(current.stored, stored)) return;
    current = { stored, inspection };
    o.onChange(stored);
  }

  function problemsOf({ material }: StoredCertificates, inspection: Inspection): readonly string[] {
    const problems = servingProblems(inspection, o.nowMs());
    if (current === undefined) return problems;
    if (wouldLoseCa(current, { material, inspection })) return [...problems, ...inspection.ca.problems];
    return isTooEarly(trust, { served: current.stored.material, material, nowMs: o.nowMs() })
      ? [...problems, 'API servers may not know the CA of the new certificate yet']
      : problems;
  }

  return {
    current: () => current?.stored,
    inspection: () => current?.inspection,
    offer(stored, published) {
      trust = { published, wellKnown: remembered.see(published) };
      const inspection = stored && inspectMaterial(stored.material, o.hostName);
      if (stored === undefined || inspection === undefined) {
        refuse('there is no Secret');
        return;
      }
      const problems = problemsOf(stored, inspection);
      if (problems.length > 0) refuse(problems.join('; '));
      else adopt(stored, inspection);
    },
    trusted() {
      const ours = current?.stored.material.bundle ?? '';
      return sharesCertificate(trust.published, ours) ? trust.published : ours;
    },
  };
}

interface Current {
  readonly stored: StoredCertificates;
  readonly inspection: Inspection;
}

/**
 * The same would be served, and a CA that can sign would be lost: no replica could write it back into the Secret then.
 */
function wouldLoseCa(current: Current, offered: { material: Material; inspection: Inspection }): boolean {
  const { chain, leafKey } = current.stored.material;
  const isSameLeaf = offered.material.chain === chain && offered.material.leafKey === leafKey;
  return isSameLeaf && current.inspection.ca.problems.length === 0 && offered.inspection.ca.problems.length > 0;
}

/** Bundles, PEM. */
interface Trust {
  readonly published: string;
  /** The part of it that every API server has had time to read. */
  readonly wellKnown: string;
}

/** What is served is trusted, and the new chain may be not, or not everywhere. */
function isTooEarly(
  { published, wellKnown }: Trust,
  { served, material, nowMs }: { served: Material; material: Material; nowMs: number },
): boolean {
  const trusts = (bundle: string, { chain }: Material) => trustsChain(bundle, chain, nowMs);
  if (!trusts(published, served)) return false;
  // A CA that was expected, as in a rotation of our own, was published for as long as it has to be before the leaf was
  // written.
  const isExpected = trusts(published, material) && trusts(served.bundle, material);
  return !isExpected && !trusts(wellKnown, material);
}
