import type { X509Certificate } from 'node:crypto';
import { crossSign, issueCa, issueLeaf, type MakeKeys } from './issue-certificates.ts';
import { inspectMaterial, problemsAt } from './inspect-material.ts';
import type { CertificatePolicy, KeyedCertificate, Material } from './material.ts';
import { readCertificates } from './pem.ts';
import { maxBundle } from './rotation/judge-rotation.ts';

/** What new certificates are made for. */
export interface Order {
  readonly hostNames: readonly string[];
  readonly nowMs: number;
  readonly policy: CertificatePolicy;
  readonly makeKeys?: MakeKeys | undefined;
}

/** Keeps the CA and everything trusted, makes a new leaf. The CA must be sound. */
export async function renewLeaf(material: Material, order: Order): Promise<Material> {
  const certificate = readCertificates(material.bundle)?.[0]?.toString() ?? '';
  const leaf = await issueLeaf({ ...order, ca: { certificate, key: material.caKey } });
  return { ...material, chain: leaf.certificate + crossPart(material), leafKey: leaf.key };
}

/**
 * Makes a CA and a leaf. An old CA that can still sign vouches for the new one, so that an API server which has not
 * seen the new bundle yet accepts the new leaf; `trusted` are further PEM bundles whose CAs replicas may still serve
 * under.
 */
export async function makeEverything(
  o: Order & { generation: number; previous?: Material | undefined; trusted: readonly string[]; hostName: string },
): Promise<Material> {
  const ca = await issueCa(o);
  const leaf = await issueLeaf({ ...o, ca });
  const oldCa = signingCa(o);
  const cross = oldCa === undefined ? '' : crossSign({ ...o, newCa: ca.certificate, oldCa });
  const others = [o.previous?.bundle ?? '', ...o.trusted];
  return {
    bundle: composeBundle(ca.certificate, others, o.nowMs),
    caKey: ca.key,
    chain: leaf.certificate + cross,
    leafKey: leaf.key,
  };
}

/** Trusts the next CA beside everything that is trusted already; it signs nothing yet. */
export function publishNext(material: Material, next: string, nowMs: number): Material {
  const [current = '', ...olds] = readCertificates(material.bundle)?.map(String) ?? [];
  return { ...material, bundle: composeBundle(current, [next, ...olds], nowMs) };
}

/** The next CA takes over: it signs a new leaf, and the CA before it vouches for it if it can. */
export async function switchToNext(
  material: Material,
  next: KeyedCertificate,
  order: Order & { hostName: string },
): Promise<Material> {
  const leaf = await issueLeaf({ ...order, ca: next });
  const oldCa = signingCa({ ...order, previous: material });
  const cross = oldCa === undefined ? '' : crossSign({ ...order, newCa: next.certificate, oldCa });
  return {
    bundle: composeBundle(next.certificate, [material.bundle], order.nowMs),
    caKey: next.key,
    chain: leaf.certificate + cross,
    leafKey: leaf.key,
  };
}

/** Only the current CA stays trusted. */
export function dropOldCas(material: Material): Material {
  return { ...material, bundle: readCertificates(material.bundle)?.[0]?.toString() ?? '' };
}

/** Drops a CA from the bundle, a next one that is no use. */
export function dropCa(material: Material, unwanted: string): Material {
  const unwantedPrints = new Set(readCertificates(unwanted)?.map(({ fingerprint256 }) => fingerprint256));
  const [current, ...others] = readCertificates(material.bundle) ?? [];
  const kept = others.filter(({ fingerprint256 }) => !unwantedPrints.has(fingerprint256));
  return { ...material, bundle: [current, ...kept].map(String).join('') };
}

/** The material with further CAs trusted, as far as they hold and there is room. */
export function trustToo(material: Material, trusted: string, nowMs: number): Material {
  const [current = '', ...others] = readCertificates(material.bundle)?.map(String) ?? [];
  return { ...material, bundle: composeBundle(current, [...others, trusted], nowMs) };
}

function signingCa(o: {
  previous?: Material | undefined;
  hostName: string;
  nowMs: number;
}): KeyedCertificate | undefined {
  if (o.previous === undefined) return undefined;
  const { ca } = inspectMaterial(o.previous, o.hostName);
  if (problemsAt('CA', ca, o.nowMs).length > 0) return undefined;
  const certificate = readCertificates(o.previous.bundle)?.[0]?.toString();
  return certificate === undefined ? undefined : { certificate, key: o.previous.caKey };
}

/** The new CA first, then the CAs of other bundles that still hold, each once, up to the greatest number. */
export function composeBundle(newCa: string, others: readonly string[], nowMs: number): string {
  const candidates = [newCa, ...others].flatMap((pem) => readCertificates(pem) ?? []);
  const holding = candidates.filter((certificate) => certificate.ca && certificate.validToDate.getTime() > nowMs);
  const byFingerprint = new Map(holding.map((certificate) => [certificate.fingerprint256, certificate]));
  return [...byFingerprint.values()].slice(0, maxBundle).map(String).join('');
}

// Everything behind the leaf. It belongs to the CA, which stays.
function crossPart(material: Material): string {
  const [, ...rest] = readCertificates(material.chain) ?? [];
  const ca = readCertificates(material.bundle)?.[0];
  return rest
    .filter((certificate) => ca !== undefined && isCrossOf(certificate, ca))
    .map(String)
    .join('');
}

function isCrossOf(certificate: X509Certificate, ca: X509Certificate): boolean {
  return certificate.subject === ca.subject && certificate.publicKey.equals(ca.publicKey);
}
