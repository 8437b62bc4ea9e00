import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { listed } from '../../model/listed.ts';
import type { ObjectReference, RelatedObjects } from '../../model/related-objects.ts';
import { annotationWithoutEffect } from '../service/annotation-without-effect.ts';
import { certificatesIn, type NamedCertificates } from '../service/certificates.ts';
import { entriesOfAnnotation } from './certificate-annotation.ts';
import { combined, type CombinedCertificates, type TlsEntry } from './host-certificates.ts';
import { patternOf } from './hosts.ts';
import type { IngressFacts, IngressTls } from './ingress-facts.ts';

/** Which certificates the hosts of an Ingress have. */
export interface HostCertificates {
  /** undefined: the host is served without TLS. */
  of(host: string): NamedCertificates | undefined;
  readonly references: readonly ObjectReference<'Secret'>[];
  readonly findings: readonly Finding[];
}

type Asking = Pick<IngressFacts, 'annotations' | 'namespace' | 'tls'>;

/** From spec.tls, and where there is none from TKE's annotation (TKE doc 457/45738). */
export function certificatesOf(ingress: Asking, objects: RelatedObjects): HostCertificates {
  const { tls, namespace } = ingress;
  const text = ingress.annotations[ingressAnnotation.certificate]?.trim() ?? '';
  const inAnnotation = text === '' ? [] : entriesOfAnnotation(text);
  const isUnused = tls.length > 0 && text !== '';
  const entries = tls.length > 0 ? tls.map((one) => entryOf(one, namespace, objects)) : inAnnotation;
  const names = new Set(tls.map(({ secretName }) => secretName).filter((name) => secretForm.test(name)));
  const byHost = combinedByHost(entries);
  return {
    of: (host) => entryFor(host, byHost)?.named,
    references: [...names].map((name) => ({ kind: 'Secret', namespace, name })),
    findings: [...(isUnused ? [besideTls] : []), ...unusedFindings(byHost)],
  };
}

type ByHost = ReadonlyMap<string, CombinedCertificates>;

/** The host is empty for every host that no other entry has. */
function combinedByHost(entries: readonly TlsEntry[]): ByHost {
  const named = entries.flatMap((entry) =>
    (entry.hosts.length === 0 ? [''] : entry.hosts).map((host) => ({ host, entry })),
  );
  const groups = [...Map.groupBy(named, ({ host }) => host)];
  return new Map(
    groups.flatMap(([host, group]) => {
      const [first, ...others] = group.map(({ entry }) => entry);
      return first === undefined ? [] : [[host, combined([first, ...others])] as const];
    }),
  );
}

/** The name itself comes before a wildcard, and that before an entry for every host. */
function entryFor(host: string, byHost: ByHost): CombinedCertificates | undefined {
  return byHost.get(host) ?? byHost.get(patternOf(host)) ?? byHost.get('');
}

/** More than anybody reads at once. */
const mostTold = 20;

/** Each once, with its hosts. */
function unusedFindings(byHost: ByHost): readonly Finding[] {
  const all = [...byHost].flatMap(([host, { unused }]) => unused.map((one) => ({ host, ...one })));
  const groups = [...Map.groupBy(all, ({ by, why }) => `${by} ${why}`)];
  return groups.slice(0, mostTold).map(([what, group]) => {
    const hosts = hostsListed(group.map(({ host }) => host));
    const message = `${what}. It is named for ${hosts}, served without it.`;
    return { severity: 'Warning', reason: 'CertificateUnusable', message, repeat: { ...hourly, by: 'message' } };
  });
}

function hostsListed(hosts: readonly string[]): string {
  return listed(hosts, (host) => (host === '' ? 'every other host' : `"${safeText(host, 80)}"`));
}

function entryOf({ hosts, secretName }: IngressTls, namespace: string, objects: RelatedObjects): TlsEntry {
  const by = `Secret ${safeText(secretName)}`;
  if (!secretForm.test(secretName)) return { hosts, by, named: unnamed };
  const reference = { kind: 'Secret', namespace, name: secretName } as const;
  const secret = objects.related(reference);
  return {
    hosts,
    by,
    named: certificatesIn(reference, objects),
    algorithm: secret.state === 'found' ? secret.facts.pair?.algorithm : undefined,
    isMissing: secret.state === 'missing',
  };
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

const besideTls = annotationWithoutEffect(
  `Annotation ${ingressAnnotation.certificate} has no effect beside spec.tls: take one of them away.`,
);
