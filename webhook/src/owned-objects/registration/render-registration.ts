import type { EniDefault } from '@clb-direct/shared/domain/eni.ts';
import { registrationEntry, registrationName } from '@clb-direct/shared/domain/names.ts';
import { optOutValue, type GateRule } from '@clb-direct/shared/domain/gate-rule.ts';
import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { matchConditions } from './match-conditions.ts';

/** What the registration is made of besides the CA bundle. */
export interface RegistrationSettings {
  readonly namespace: string;
  readonly serviceName: string;
  /** The path of the endpoint. */
  readonly path: string;
  readonly failurePolicy: 'Ignore' | 'Fail';
  readonly timeoutSeconds: number;
  readonly optOutNamespaceLabel: string;
  readonly rule: GateRule;
}

/** Everything that a registration is a function of. */
export interface RegistrationFacts {
  readonly settings: RegistrationSettings;
  readonly eniDefault: EniDefault;
  /** PEM; never empty, an API server without a bundle trusts its system's roots. */
  readonly bundle: string;
  /** The Namespace object, which takes the registration with it when it goes. */
  readonly namespaceUid: string;
  /** False on API servers before 1.28, which do not know the field. */
  readonly knowsMatchConditions: boolean;
  /** The registration as it stands: what others exclude by its selector is kept. */
  readonly live: RawObject | undefined;
}

/** Labels that every object of ours carries. */
const labels = { 'app.kubernetes.io/name': 'clb-direct', 'app.kubernetes.io/component': 'webhook' };

/** The registration as it has to be: only fields that are ours, ready for a server-side apply. */
export function renderRegistration(facts: RegistrationFacts): RawObject {
  const { settings, namespaceUid } = facts;
  const owner = { apiVersion: 'v1', kind: 'Namespace', name: settings.namespace, uid: namespaceUid };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: registrationName, labels, ownerReferences: [owner] },
    webhooks: [renderEntry(facts)],
  };
}

function renderEntry(facts: RegistrationFacts): RawObject {
  const { settings, eniDefault } = facts;
  const service = { namespace: settings.namespace, name: settings.serviceName, path: settings.path, port: 443 };
  return {
    name: registrationEntry,
    clientConfig: { service, caBundle: Buffer.from(facts.bundle).toString('base64') },
    rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], scope: 'Namespaced' }],
    failurePolicy: settings.failurePolicy,
    matchPolicy: 'Equivalent',
    namespaceSelector: { matchExpressions: [...ownExpressions(settings), ...foreignExclusions(facts)] },
    objectSelector: {},
    sideEffects: 'None',
    timeoutSeconds: settings.timeoutSeconds,
    admissionReviewVersions: ['v1'],
    reinvocationPolicy: 'IfNeeded',
    ...(facts.knowsMatchConditions ? { matchConditions: matchConditions(settings.rule, eniDefault) } : {}),
  };
}

interface Expression {
  readonly key: string;
  readonly operator: 'NotIn';
  readonly values: readonly string[];
}

// Own namespace and the system's are out, so that a cluster can always start from cold.
function ownExpressions(settings: RegistrationSettings): Expression[] {
  const excluded = [...new Set(settings.rule.excludedNamespaces)].sort();
  return [
    { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: excluded },
    { key: settings.optOutNamespaceLabel, operator: 'NotIn', values: [optOutValue] },
  ];
}

// AKS and others add expressions to every webhook. A selector is written as a whole, so theirs are written again. Only
// exclusions: an expression that lets in nothing but its own would end our work in every other namespace.
function foreignExclusions(facts: RegistrationFacts): readonly unknown[] {
  const ours = ownExpressions(facts.settings).map(({ key }) => key);
  const selector = asObject(own(findEntry(facts.live), 'namespaceSelector'));
  return asList(own(selector, 'matchExpressions')).filter((expression) => {
    const { key, operator } = asObject(expression) ?? {};
    return typeof key === 'string' && !ours.includes(key) && (operator === 'NotIn' || operator === 'DoesNotExist');
  });
}

/** Our entry in a registration. */
export function findEntry(registration: RawObject | undefined): RawObject | undefined {
  const entries = asList(own(registration, 'webhooks')).map(asObject);
  return entries.find((entry) => own(entry, 'name') === registrationEntry);
}
