import { asObject, own } from '@clb-direct/shared/domain/raw.ts';
import { programName, startingAnnotation } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { lease } from '@clb-direct/shared/kube/client/paths.ts';
import { readIfThere } from '@clb-direct/shared/kube/client/read-if-there.ts';

/** The controller's Lease as it was read. */
export interface SeenLease {
  /** Empty: nobody holds it. */
  readonly holder: string;
  /** As its holder wrote it, by that node's clock; NaN: never. */
  readonly renewedMs: number;
  /** Its holder has not read the cluster yet. One of an older version does not say it. */
  readonly isStarting: boolean;
}

/** Reads the controller's Lease. Throws what the call throws. */
export type ReadControllerLease = (signal: AbortSignal) => Promise<SeenLease>;

/** Many who ask at once ask the API server once. */
const keptMs = 2_000;

export function createControllerLease(o: { readonly api: KubeApi; readonly namespace: string }): ReadControllerLease {
  let asked: { readonly atMs: number; readonly answer: Promise<SeenLease> } | undefined;

  async function read(signal: AbortSignal): Promise<SeenLease> {
    const raw = await readIfThere(o.api, lease(o.namespace, programName.controller), signal);
    const spec = asObject(own(raw, 'spec'));
    const holder = textOf(own(spec, 'holderIdentity'));
    // A mark of another holder was left behind: a version that does not know it takes it over with the Lease.
    const starting = textOf(own(asObject(own(asObject(own(raw, 'metadata')), 'annotations')), startingAnnotation));
    return {
      holder,
      renewedMs: Date.parse(String(own(spec, 'renewTime'))),
      isStarting: holder !== '' && starting === holder,
    };
  }

  return async (signal) => {
    const atMs = performance.now();
    if (asked !== undefined && atMs - asked.atMs < keptMs) return asked.answer;
    const answer = read(AbortSignal.any([signal, AbortSignal.timeout(keptMs)]));
    asked = { atMs, answer };
    return answer;
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
