import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { Binding } from '../../model/binding.ts';
import { ownerKey, type Owner } from '../../model/owner.ts';
import { noUpstreamFinalizer, type OwnerView } from '../../model/owner-view.ts';
import { usualIpModes } from '../../model/ip-mode.ts';
import {
  nothingRelated,
  referenceKey,
  type ObjectReference,
  type RelatedObjects,
} from '../../model/related-objects.ts';
import { annotationFindings } from '../service/annotation-findings.ts';
import { uploadsFor } from '../service/certificates.ts';
import { keepFindings, keepsBalancer } from '../service/keep-balancer.ts';
import { isLoadBalancerId } from '../service/load-balancer-id.ts';
import { asksByName, modeFindings } from '../service/mode.ts';
import { newBalancerOf } from '../service/new-balancer.ts';
import { shownBalancers } from '../service/record.ts';
import { securityGroupFindings } from '../service/security-groups.ts';
import type { ServiceConfig } from '../service/config/service-config.ts';
import { isOn, switchFindings } from '../service/switches.ts';
import { targetWeightFindings } from '../service/target-weights.ts';
import { adoptionRefusal, isAsOnTke } from './adopt.ts';
import { balancerAnnotations, existingId, protectionFindings } from './balancer.ts';
import type { IngressFacts } from './ingress-facts.ts';
import { ingressConfigOf } from './ingress-config.ts';
import { ofIngresses } from './known-annotations.ts';
import { asksTkeAlone, classOf, markFindings, markOf, skipOf } from './mark.ts';
import { healthCheckFindings } from './health-check.ts';
import { guardsOf } from './guard.ts';
import { nodeNotices } from './node-ports.ts';
import { ruleBindings, weightsOfIngresses, type RuleBindings } from './rule-bindings.ts';

/** Reads an Ingress once, where it enters. What cannot be read becomes findings, and the rest still works. */
export function readIngress(ingress: IngressFacts, objects: RelatedObjects = nothingRelated): OwnerView {
  const owner = ownerOf(ingress);
  const mark = markOf(ingress, objects);
  // One that was never ours costs no watch of what it refers to.
  const asks = mark !== 'not-ours' || ingress.hasFinalizer;
  const asked = asks ? readBindings(ingress, owner, objects) : podsOfTke(ingress, owner, objects);
  const { bindings, findings, podSelectors, unbound = [], references } = asked;
  const config = asks ? ingressConfigOf(ingress, objects) : noConfig;
  const configured = bindings.map(config.configured);
  const uploads = uploadsFor(references, objects);
  const namesNone = bindings.some(({ balancer }) => balancer.kind === 'owned');
  return {
    ...owner,
    key: ownerKey(owner),
    createdAtMs: ingress.createdAtMs,
    ending: ingress.ending,
    mark,
    asksTkeAlone: asksTkeAlone(ingress),
    skip: skipOf(ingress),
    asksByName: asksByName(ingress, mark),
    markFindings: markFindings(ingress),
    bindings: configured,
    // The default domain of what is taken over stays the one that TKE left.
    guards: isAsOnTke(ingress) ? [] : guardsOf(configured),
    findings,
    notices: [...(asks ? noticesOf(ingress, bindings) : []), ...config.findings],
    moveKeepMs: undefined,
    releaseRemoval: ingress.annotations[annotation.releaseRemoval],
    podSelectors,
    unbound,
    references: distinct([...classOf(ingress), ...references, ...config.references, ...uploads.references]),
    wantsDrain: isOn(ingress.annotations, ingressAnnotation.graceDeletion),
    autoConfig: config.autoConfig,
    certificates: uploads.certificates,
    newBalancer: namesNone ? newBalancerOf(ingress, balancerAnnotations) : undefined,
    keepsBalancer: keepsBalancer(ingress.annotations, ingressAnnotation.keepBalancer),
    shownInUse: ingress.shownInUse,
    recordedBalancers: [],
    recordedPlaces: [],
    shownBalancers: shownBalancers({ ...ingress, existingLoadBalancer: existingId(ingress) }),
    unprovenBalancers: [],
    hasFinalizer: ingress.hasFinalizer,
    upstreamFinalizer: noUpstreamFinalizer,
    addresses: ingress.ingress,
    ipModes: usualIpModes,
    condition: ingress.condition,
    showsCondition: ingress.annotations[annotation.adopt] !== undefined,
  };
}

function noticesOf(ingress: IngressFacts, bindings: readonly Binding[]): readonly Finding[] {
  const asked = { annotations: ingress.annotations, existingLoadBalancer: existingId(ingress) };
  return [
    ...annotationFindings(ingress, ofIngresses),
    ...modeFindings(ingress, ingressAnnotation.tkeMode),
    ...securityGroupFindings(asked, ingressAnnotation.securityGroups),
    ...protectionFindings(ingress),
    ...healthCheckFindings(ingress),
    ...switchFindings(ingress.annotations, switchesOfIngresses),
    ...keepFindings(ingress.annotations, ingressAnnotation.keepBalancer),
    ...targetWeightFindings(ingress, bindings, weightsOfIngresses),
    ...nodeNotices(ingress),
  ];
}

/** Those that have no findings of their own elsewhere. */
const switchesOfIngresses: readonly string[] = [
  ingressAnnotation.ruleMix,
  ingressAnnotation.ruleMixOfTke,
  ingressAnnotation.ruleMixBoth,
  ingressAnnotation.passToTarget,
  ingressAnnotation.graceDeletion,
];

function ownerOf({ namespace, name, uid }: IngressFacts): Owner {
  return { kind: 'Ingress', namespace, name, uid };
}

const noConfig: ServiceConfig = { references: [], findings: [], configured: (binding) => binding };

const nothingAsked: RuleBindings = { bindings: [], findings: [], podSelectors: [], references: [] };

/** TKE opens the gates of the pods behind an Ingress that is its own. */
function podsOfTke(ingress: IngressFacts, owner: Owner, objects: RelatedObjects): RuleBindings {
  if (!asksTkeAlone(ingress)) return nothingAsked;
  const { podSelectors, references } = ruleBindings({ ingress, owner, objects });
  return { ...nothingAsked, podSelectors, references: references.filter(({ kind }) => kind === 'Service') };
}

function readBindings(ingress: IngressFacts, owner: Owner, objects: RelatedObjects): RuleBindings {
  const id = existingId(ingress);
  const asked = ruleBindings({ ingress, owner, objects });
  const refusal = adoptionRefusal(ingress);
  if (refusal !== undefined) return { ...asked, bindings: [], findings: [refusal] };
  if (id !== '' && !isLoadBalancerId(id)) return { ...asked, bindings: [], findings: [malformedId(id)] };
  const problems = [...leftOutFindings(ingress), ...problemsOf(asked.bindings, asked.findings)];
  return { ...asked, findings: [...asked.findings, ...problems] };
}

function leftOutFindings({ leftOut }: IngressFacts): readonly Finding[] {
  if (leftOut === 0) return [];
  const message =
    `Move some rules to another Ingress: this one has ${leftOut} paths, hosts and entries of spec.tls more than are ` +
    'read. The last ones are not served.';
  return [{ severity: 'Warning', reason: 'QuotaReached', message, repeat: { ...hourly, by: 'message' } }];
}

function malformedId(id: string): Finding {
  const name = ingressAnnotation.existingLoadBalancer;
  const message =
    `Annotation ${name} is "${safeText(id)}"; write a CLB id, for example lb-a1b2c3d4. ` +
    'Until then the pods that this Ingress selects wait at their gate.';
  return { severity: 'Warning', reason: 'LoadBalancerIdMalformed', message };
}

/** Each once; what is only being read is no news. */
function problemsOf(bindings: readonly Binding[], known: readonly Finding[]): readonly Finding[] {
  const problems = bindings.flatMap(({ incomplete }) => incomplete ?? []);
  const news = problems.filter((problem) => problem.severity === 'Warning' && !known.includes(problem));
  return [...new Map(news.map((problem) => [problem.message, problem])).values()];
}

function distinct(references: readonly ObjectReference[]): readonly ObjectReference[] {
  return [...new Map(references.map((reference) => [referenceKey(reference), reference])).values()];
}
