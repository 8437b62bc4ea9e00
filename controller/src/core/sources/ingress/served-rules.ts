import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { listed } from '../../model/listed.ts';
import { most } from '../../model/record.ts';
import type { IngressFacts } from './ingress-facts.ts';
import { listenPortsOf, type ListenPorts, type WebProtocol } from './listen-ports.ts';
import { redirectedRules } from './redirected-rules.ts';
import { isRuleMixBoth, ruleMixOf, type RuleMix } from './rule-mix.ts';
import { writtenName } from './rule-mix-names.ts';
import type { ServedRule } from './served-rule.ts';
import type { HostCertificates } from './tls.ts';
import { wantedRules, type WantedRule } from './wanted-rules.ts';

export interface ServedRules {
  readonly served: readonly ServedRule[];
  readonly findings: readonly Finding[];
}

interface Asked {
  readonly protocol: WebProtocol;
  readonly rule: WantedRule;
}

interface Served {
  readonly mix: RuleMix;
  readonly ports: ListenPorts;
  readonly tls: HostCertificates;
  readonly isBoth: boolean;
}

/**
 * A host with a certificate is served at the ports for HTTPS alone and any other at those for HTTP, unless annotations
 * say otherwise (TKE doc 457/45693).
 */
export function servedRules(ingress: IngressFacts, tls: HostCertificates): ServedRules {
  const [mix, ports] = [ruleMixOf(ingress), listenPortsOf(ingress)];
  const isBoth = isRuleMixBoth(ingress);
  const http = wantedRules({ ...ingress, paths: mix.HTTP });
  const https = wantedRules({ ...ingress, paths: mix.HTTPS });
  const asked = inOrder([...http.rules.map(askedBy('HTTP')), ...https.rules.map(askedBy('HTTPS'))]);
  const plain = asked.flatMap((one) => atPorts(one, { mix, ports, tls, isBoth }));
  const redirected = redirectedRules(plain, ingress, { ports, mix });
  const all = redirected.served;
  const served = all.slice(0, most.rulesOfOwner);
  const findings = [
    ...http.findings,
    ...https.findings,
    ...mix.findings,
    ...redirected.findings,
    ...(ports.finding === undefined ? [] : [ports.finding]),
    ...(mix.problem === undefined ? chosenInVain(https.rules, tls, ingress) : []),
    ...(served.length < all.length && mix.problem === undefined ? [tooMany(all.length)] : []),
  ];
  return { served, findings: [...new Map(findings.map((finding) => [finding.message, finding])).values()] };
}

function askedBy(protocol: WebProtocol): (rule: WantedRule) => Asked {
  return (rule) => ({ protocol, rule });
}

/** As the Ingress has its paths. */
function inOrder(asked: readonly Asked[]): readonly Asked[] {
  const byRule = Map.groupBy(asked, ({ rule: { domain, url } }) => JSON.stringify([domain, url]));
  return [...byRule.values()].flat();
}

function atPorts({ protocol, rule }: Asked, { mix, ports, tls, isBoth }: Served): readonly ServedRule[] {
  const certificates = tls.of(rule.host);
  const problem = mix.problem ?? (ports.unread.has(protocol) ? ports.finding : undefined);
  const at = ports[protocol].map((port) => ({ protocol, port, rule, problem }));
  if (protocol === 'HTTPS') return certificates === undefined ? [] : at.map((one) => ({ ...one, certificates }));
  return isBoth || rule.isChosen || certificates === undefined ? at : [];
}

function chosenInVain(
  all: readonly WantedRule[],
  tls: HostCertificates,
  { annotations }: Pick<IngressFacts, 'annotations'>,
): readonly Finding[] {
  const rules = all.filter(({ isChosen, host }) => isChosen && tls.of(host) === undefined);
  if (rules.length === 0) return [];
  const hosts = listed([...new Set(rules.map(({ host }) => host))], (host) => `"${safeText(host, 80)}"`);
  const message =
    `Name a certificate for hosts that ${writtenName(annotations, 'httpsRules')} has, in spec.tls or, where there is ` +
    `none, in annotation ${ingressAnnotation.certificate}: ${hosts}. ` +
    'Until then their paths there are not served over HTTPS.';
  return [{ severity: 'Warning', reason: 'CertificateUnusable', message, repeat: { ...hourly, by: 'message' } }];
}

function tooMany(wanted: number): Finding {
  const message =
    `Move some paths to another Ingress, or name fewer ports: this one asks for ${wanted} rules at its listeners, ` +
    `and has ${most.rulesOfOwner} at most; the last ones are not served.`;
  return { severity: 'Warning', reason: 'QuotaReached', message, repeat: { ...hourly, by: 'message' } };
}
