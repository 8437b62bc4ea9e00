import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { asList, asObject, own } from '@clb-direct/shared/domain/raw.ts';
import type { ObjectReference, RelatedObjects } from '../../model/related-objects.ts';
import { annotationWithoutEffect } from '../service/annotation-without-effect.ts';
import { certificatesIn, certificatesOfIds, type NamedCertificates } from '../service/certificates.ts';
import { coversHost } from './hosts.ts';
import type { IngressFacts, IngressTls } from './ingress-facts.ts';

/** Which certificates the hosts of an Ingress have. */
export interface HostCertificates {
  /** undefined: the host is served without TLS. */
  of(host: string): NamedCertificates | undefined;
  readonly references: readonly ObjectReference<'Secret'>[];
  readonly findings: readonly Finding[];
}

type Asking = Pick<IngressFacts, 'annotations' | 'namespace' | 'tls'>;

/** One entry of spec.tls, or of TKE's annotation: for its hosts, or without any for all others. */
interface Entry {
  readonly hosts: readonly string[];
  readonly certificates: NamedCertificates;
}

/** From spec.tls, and where there is none from TKE's annotation (TKE doc 457/45738). */
export function certificatesOf(ingress: Asking, objects: RelatedObjects): HostCertificates {
  const { tls, namespace } = ingress;
  const text = ingress.annotations[ingressAnnotation.certificate]?.trim() ?? '';
  const inAnnotation = text === '' ? { entries: [], findings: [] } : readAnnotation(text);
  const isUnused = tls.length > 0 && text !== '';
  const entries = tls.length > 0 ? tls.map((one) => entryOf(one, namespace, objects)) : inAnnotation.entries;
  const names = new Set(tls.map(({ secretName }) => secretName).filter((name) => secretForm.test(name)));
  return {
    of: (host) => entryFor(host, entries)?.certificates,
    references: [...names].map((name) => ({ kind: 'Secret', namespace, name })),
    findings: isUnused ? [besideTls] : inAnnotation.findings,
  };
}

/** The name itself comes before a wildcard, and that before an entry for every host. */
function entryFor(host: string, entries: readonly Entry[]): Entry | undefined {
  const isNamed = ({ hosts }: Entry) => hosts.includes(host);
  const isCovered = ({ hosts }: Entry) => hosts.some((pattern) => coversHost(pattern, host));
  return entries.find(isNamed) ?? entries.find(isCovered) ?? entries.find(({ hosts }) => hosts.length === 0);
}

function entryOf({ hosts, secretName }: IngressTls, namespace: string, objects: RelatedObjects): Entry {
  const reference = { kind: 'Secret', namespace, name: secretName } as const;
  return { hosts, certificates: secretForm.test(secretName) ? certificatesIn(reference, objects) : unnamed };
}

/** The names that the API server takes for a Secret. */
const secretForm = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

const unnamed: NamedCertificates = {
  problem: {
    severity: 'Warning',
    reason: 'CertificateUnusable',
    message: 'An entry of spec.tls names no Secret; write secretName. Until then its hosts are not served.',
    repeat: { ...hourly, by: 'message' },
  },
};

function readAnnotation(text: string): { readonly entries: readonly Entry[]; readonly findings: readonly Finding[] } {
  const list = text.length > mostText ? undefined : parsed(text);
  const entries = asList(list).flatMap((one) => {
    const hosts = textsIn(own(asObject(one), 'hosts'));
    const ids = textsIn(own(asObject(one), 'qcloud_cert_id'));
    if (hosts === undefined || ids === undefined || ids.length === 0) return [];
    return [{ hosts, certificates: certificatesOfIds(`Annotation ${ingressAnnotation.certificate}`, ids.join()) }];
  });
  const isRead = Array.isArray(list) && entries.length === list.length;
  // With an entry that cannot be read its hosts would be served without TLS.
  return isRead
    ? { entries, findings: [] }
    : { entries: [{ hosts: [], certificates: { problem: malformed } }], findings: [] };
}

const mostText = 10_000;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A list of texts; undefined for anything else. */
function textsIn(value: unknown): readonly string[] | undefined {
  if (value === undefined) return [];
  const list = asList(value);
  return Array.isArray(value) && list.every((one) => typeof one === 'string') ? list : undefined;
}

const malformed: Finding = {
  severity: 'Warning',
  reason: 'AnnotationMalformed',
  message:
    `Annotation ${ingressAnnotation.certificate} cannot be read; write ` +
    '[{"hosts":["www.example.com"],"qcloud_cert_id":["abcd1234"]}]. Until then what stands stays as it is.',
};

const besideTls = annotationWithoutEffect(
  `Annotation ${ingressAnnotation.certificate} has no effect beside spec.tls: take one of them away.`,
);
