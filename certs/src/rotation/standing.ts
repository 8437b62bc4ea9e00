import { inspectMaterial, problemsAt } from '../inspect-material.ts';
import type { Material } from '../material.ts';
import { carriesAll, readCertificates } from '../pem.ts';
import { trustsChain } from '../trusts-chain.ts';

/** What the Secret is worth, beside what API servers trust and what this replica serves. */
export interface Standing {
  /** Why the current CA cannot sign; empty = it can. */
  readonly caFaults: readonly string[];
  /** Why the leaf cannot be served; empty = it can. */
  readonly leafFaults: readonly string[];
  /** Whether API servers trust these; they count as trusting everything while the registration says nothing. */
  readonly isCaTrusted: boolean;
  readonly isLeafTrusted: boolean;
  /**
   * `trusted`: this replica serves a chain that API servers trust, with all that is needed to go on; `whole`: they do
   * not trust it.
   */
  readonly memory: 'none' | 'whole' | 'trusted';
  /** Secret and memory have the same current CA. */
  readonly isMemoryOfSameCa: boolean;
  /** Some replica is, or can be, served under what API servers trust. */
  readonly isRelied: boolean;
}

/** `isSeen`: a replica was seen serving under what API servers trust. All PEM. */
export function judgeStanding(o: {
  material: Material;
  memory: Material | undefined;
  trusted: string;
  hostName: string;
  nowMs: number;
  isSeen: boolean;
}): Standing {
  const { material, trusted } = o;
  const faults = faultsNow(material, o);
  const isSilent = readCertificates(trusted) === undefined;
  const isTrusted = ({ chain }: Material) => isSilent || trustsChain(trusted, chain, o.nowMs);
  const memory = o.memory !== undefined && isSound(faultsNow(o.memory, o)) ? o.memory : undefined;
  const isMemoryTrusted = memory !== undefined && isTrusted(memory);
  const isLeafTrusted = isTrusted(material);
  return {
    ...faults,
    isCaTrusted: isSilent || carriesAll(trusted, currentCa(material)),
    isLeafTrusted,
    memory: nameMemory(memory !== undefined, isMemoryTrusted),
    isMemoryOfSameCa: memory !== undefined && currentCa(memory) === currentCa(material),
    isRelied: o.isSeen || isMemoryTrusted || leafHolds({ ...faults, isLeafTrusted }),
  };
}

function nameMemory(isThere: boolean, isTrusted: boolean): Standing['memory'] {
  if (!isThere) return 'none';
  return isTrusted ? 'trusted' : 'whole';
}

interface Faults {
  readonly caFaults: readonly string[];
  readonly leafFaults: readonly string[];
}

function faultsNow(material: Material, { hostName, nowMs }: { hostName: string; nowMs: number }): Faults {
  const { ca, leaf } = inspectMaterial(material, hostName);
  return { caFaults: problemsAt('CA', ca, nowMs), leafFaults: problemsAt('leaf', leaf, nowMs) };
}

function isSound({ caFaults, leafFaults }: Faults): boolean {
  return caFaults.length === 0 && leafFaults.length === 0;
}

/** The Secret can be served and renewed, and no replica would be worse off for it. */
export function isWhole(standing: Standing): boolean {
  return isSound(standing) && (standing.isLeafTrusted || !standing.isRelied);
}

/** The leaf can go on to be served. */
export function leafHolds({ leafFaults, isLeafTrusted }: Pick<Standing, 'leafFaults' | 'isLeafTrusted'>): boolean {
  return leafFaults.length === 0 && isLeafTrusted;
}

/** Why the Secret is not whole, in words. */
export function faultsOf({ caFaults, leafFaults }: Standing): readonly string[] {
  const faults = [...caFaults, ...leafFaults];
  return faults.length > 0 ? faults : ['API servers trust another CA, and replicas are served under it'];
}

/** The CA that signs now, PEM; '' = none can be read. */
export function currentCa({ bundle }: Material): string {
  return readCertificates(bundle)?.[0]?.toString() ?? '';
}
