import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import type { Material } from './material.ts';
import { readCertificates } from './pem.ts';
import { leadsTo } from './trusts-chain.ts';

/** When a certificate holds, and its number. */
export interface Validity {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly serial: string;
}

/** One role's certificate: what is wrong with it whatever the time, in words; empty = sound. */
export interface Inspected {
  readonly problems: readonly string[];
  readonly validity?: Validity;
}

/** What the material is worth: the CA for issuing, the leaf for serving. */
export interface Inspection {
  readonly ca: Inspected;
  readonly leaf: Inspected;
}

/** Checks everything about the material but the time. */
export function inspectMaterial(material: Material, hostName: string): Inspection {
  const bundle = readCertificates(material.bundle);
  return { ca: inspectCa(material, bundle), leaf: inspectLeaf(material, bundle, hostName) };
}

function inspectCa(material: Material, bundle: readonly X509Certificate[] | undefined): Inspected {
  const ca = bundle?.[0];
  if (ca === undefined) return { problems: [unreadable('ca.crt', material.bundle)] };
  const key = readKey(material.caKey);
  const checks: [boolean, string][] = [
    [ca.ca, 'the first certificate in ca.crt is not a CA'],
    [key !== undefined, unreadable('ca.key', material.caKey)],
    [key === undefined || ca.checkPrivateKey(key), 'ca.key does not belong to the first certificate in ca.crt'],
  ];
  return { problems: failed(checks), validity: validityOf(ca) };
}

function inspectLeaf(material: Material, bundle: readonly X509Certificate[] | undefined, hostName: string): Inspected {
  const [leaf, ...helpers] = readCertificates(material.chain) ?? [];
  if (leaf === undefined) return { problems: [unreadable('tls.crt', material.chain)] };
  const key = readKey(material.leafKey);
  const checks: [boolean, string][] = [
    [!leaf.ca, 'the first certificate in tls.crt is a CA'],
    [leadsTo(leaf, bundle ?? [], helpers), 'tls.crt is signed by no certificate in ca.crt'],
    [leaf.checkHost(hostName) !== undefined, `tls.crt does not name the host ${hostName}`],
    [key !== undefined, unreadable('tls.key', material.leafKey)],
    [key === undefined || leaf.checkPrivateKey(key), 'tls.key does not belong to tls.crt'],
  ];
  return { problems: failed(checks), validity: validityOf(leaf) };
}

/** What is wrong with a certificate at this time. */
export function problemsAt(role: 'CA' | 'leaf', inspected: Inspected, nowMs: number): readonly string[] {
  const { problems, validity } = inspected;
  if (validity === undefined) return problems;
  const dates: [boolean, string][] = [
    [nowMs <= validity.notAfterMs, `the ${role} expired at ${iso(validity.notAfterMs)}`],
    [nowMs >= validity.notBeforeMs, `the ${role} is valid only since ${iso(validity.notBeforeMs)}`],
  ];
  return [...problems, ...failed(dates)];
}

/** Why this material must not be served now; empty = serve it. */
export function servingProblems(inspection: Inspection, nowMs: number): readonly string[] {
  return problemsAt('leaf', inspection.leaf, nowMs);
}

function failed(checks: readonly [boolean, string][]): string[] {
  return checks.filter(([passed]) => !passed).map(([, problem]) => problem);
}

function readKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

function unreadable(field: string, value: string): string {
  return value === '' ? `${field} is missing` : `${field} cannot be read as PEM`;
}

function validityOf(certificate: X509Certificate): Validity {
  return {
    notBeforeMs: certificate.validFromDate.getTime(),
    notAfterMs: certificate.validToDate.getTime(),
    serial: certificate.serialNumber,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
