import type { KeyAlgorithm } from '../../model/tls-pair.ts';
import type { Certificates } from '../../model/settings.ts';
import type { NamedCertificates } from '../service/certificates.ts';

/** What one entry of spec.tls, or of TKE's annotation, has for its hosts. */
export interface EntryCertificates {
  /** Who names them, such as "Secret cert". */
  readonly by: string;
  readonly named: NamedCertificates;
  /** Of a `kubernetes.io/tls` Secret that can be used. */
  readonly algorithm?: KeyAlgorithm | undefined;
  /** Its Secret does not exist. */
  readonly isMissing?: boolean;
}

/** One entry of spec.tls, or of TKE's annotation: for its hosts, or without any for all others. */
export interface TlsEntry extends EntryCertificates {
  readonly hosts: readonly string[];
}

/** An entry that does not count beside another one of its host. */
export interface Unused {
  readonly by: string;
  /** The rest of the sentence, with what to write. */
  readonly why: string;
}

export interface CombinedCertificates {
  readonly named: NamedCertificates;
  readonly unused: readonly Unused[];
}

/** A CLB takes two. What people write beside them is a mistake, or meant to cost time. */
const mostOfHost = 10;

const oneTooMany: Unused = {
  by: `An entry after the first ${mostOfHost} of its host`,
  why: 'does not count: take it out of spec.tls',
};

type AtLeastOne = readonly [EntryCertificates, ...EntryCertificates[]];

/**
 * Those of all entries about one host. A CLB has one certificate for a domain, or one RSA and one ECC (MultiCertInfo);
 * what does not fit beside the first does not count. While one is not known or not usable, what stands stays as it is:
 * a renewal that fails must not take away half a pair. A Secret that does not exist stops only itself.
 */
export function combined(entries: AtLeastOne): CombinedCertificates {
  const read = entries.slice(0, mostOfHost);
  const [first = entries[0], ...others] = read.filter(({ isMissing }) => isMissing !== true);
  const fitting = [first];
  const missing = read.filter((one) => one.isMissing === true && one.by !== first.by);
  const unused = missing.map(({ by }): Unused => ({ by, why: 'does not exist: make it, or take it out of spec.tls' }));
  if (read.length < entries.length) unused.push(oneTooMany);
  for (const one of others) {
    if (fitting.some(({ by }) => by === one.by)) continue;
    const why = whyNot(one, fitting);
    if (why === undefined) fitting.push(one);
    else unused.push({ by: one.by, why });
  }
  return { named: united(fitting), unused };
}

function whyNot(one: EntryCertificates, fitting: readonly EntryCertificates[]): string | undefined {
  const twin = fitting.find(({ algorithm }) => algorithm !== undefined && algorithm === one.algorithm);
  if (twin !== undefined) {
    const alike = `has an ${one.algorithm} certificate, as ${twin.by} has`;
    return `${alike}, and a CLB takes one RSA and one ECC for a host: take it out of spec.tls`;
  }
  const [first] = fitting;
  if (first !== undefined && (isById(first) || isById(one))) {
    return `does not fit beside ${first.by}, as ids do not say what is RSA or ECC: write both ids into one`;
  }
  const cas = [...fitting, one].flatMap(({ named }) => named.certificates?.caId ?? []);
  return new Set(cas).size > 1 ? 'asks clients for another CA than the first one: write the same in both' : undefined;
}

/** Of ids of the SSL product nobody knows the algorithm. */
function isById({ named, algorithm }: EntryCertificates): boolean {
  return named.problem === undefined && algorithm === undefined;
}

function united(fitting: readonly EntryCertificates[]): NamedCertificates {
  const problem = fitting.find(({ named }) => named.problem !== undefined);
  if (problem !== undefined) return problem.named;
  const all = fitting.flatMap(({ named }) => named.certificates ?? []);
  const ids = [...new Set(all.flatMap((one) => one.ids))].toSorted();
  // Where one Secret asks clients for a certificate, the host does.
  const caId = all.find((one) => one.caId !== undefined)?.caId;
  const certificates: Certificates =
    caId === undefined ? { mode: 'UNIDIRECTIONAL', ids } : { mode: 'MUTUAL', ids, caId };
  return { certificates };
}
