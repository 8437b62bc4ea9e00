import type { EniDefault } from '@clb-direct/shared/domain/eni.ts';
import { drainEntry, registrationEntry, registrationName } from '@clb-direct/shared/domain/names.ts';
import { optOutValue, type GateRule } from '@clb-direct/shared/domain/gate-rule.ts';
import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { drainConditions } from './drain-conditions.ts';
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
  readonly asksAboutGated: boolean;
  /** undefined: no deletion is held. */
  readonly drain: DrainSettings | undefined;
}

/** Of the entry that holds deletions. */
export interface DrainSettings {
  /** The path of the endpoint. */
  readonly path: string;
  readonly failurePolicy: 'Ignore' | 'Fail';
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
    webhooks: [renderEntry(facts), ...renderDrainEntry(facts)],
  };
}

function renderEntry(facts: RegistrationFacts): RawObject {
  const { settings, eniDefault } = facts;
  return {
    ...renderCommon(facts, { name: registrationEntry, path: settings.path }),
    rules: [ruleFor('CREATE', 'pods')],
    failurePolicy: settings.failurePolicy,
    sideEffects: 'None',
    timeoutSeconds: settings.timeoutSeconds,
    reinvocationPolicy: 'IfNeeded',
    ...(facts.knowsMatchConditions ? { matchConditions: matchConditions(settings, eniDefault) } : {}),
  };
}

/** As long as an API server lets any webhook take; a deletion waits no longer than DRAIN_LIMIT_MS. */
const drainTimeoutSeconds = 30;

/**
 * In the same object as the other one: both have one CA bundle, written at once. It mutates nothing; no API server asks
 * an entry to.
 */
function renderDrainEntry(facts: RegistrationFacts): readonly RawObject[] {
  const { drain, rule } = facts.settings;
  if (drain === undefined) return [];
  return [
    {
      ...renderCommon(facts, { name: drainEntry, path: drain.path }),
      rules: [ruleFor('DELETE', 'pods'), ruleFor('CREATE', 'pods/eviction')],
      failurePolicy: drain.failurePolicy,
      sideEffects: 'NoneOnDryRun',
      timeoutSeconds: drainTimeoutSeconds,
      reinvocationPolicy: 'Never',
      ...(facts.knowsMatchConditions ? { matchConditions: drainConditions(rule.gateType) } : {}),
    },
  ];
}

function renderCommon(facts: RegistrationFacts, { name, path }: { readonly name: string; readonly path: string }) {
  const { settings } = facts;
  const service = { namespace: settings.namespace, name: settings.serviceName, path, port: 443 };
  return {
    name,
    clientConfig: { service, caBundle: Buffer.from(facts.bundle).toString('base64') },
    matchPolicy: 'Equivalent',
    namespaceSelector: { matchExpressions: [...ownExpressions(settings), ...foreignExclusions(facts, name)] },
    objectSelector: {},
    admissionReviewVersions: ['v1'],
  };
}

function ruleFor(operation: 'CREATE' | 'DELETE', resource: string): RawObject {
  return { operations: [operation], apiGroups: [''], apiVersions: ['v1'], resources: [resource], scope: 'Namespaced' };
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
function foreignExclusions(facts: RegistrationFacts, name: string): readonly unknown[] {
  const ours = ownExpressions(facts.settings).map(({ key }) => key);
  const selector = asObject(own(findEntry(facts.live, name), 'namespaceSelector'));
  return asList(own(selector, 'matchExpressions')).filter((expression) => {
    const { key, operator } = asObject(expression) ?? {};
    return typeof key === 'string' && !ours.includes(key) && (operator === 'NotIn' || operator === 'DoesNotExist');
  });
}

/** The entry of a registration that has this name. */
export function findEntry(registration: RawObject | undefined, name = registrationEntry): RawObject | undefined {
  return entriesOf(registration).find((entry) => own(entry, 'name') === name);
}

export function entriesOf(registration: RawObject | undefined): readonly (RawObject | undefined)[] {
  return asList(own(registration, 'webhooks')).map(asObject);
}

/** Whether it is an entry of ours, by its name. */
export function isOurs(entry: RawObject | undefined): boolean {
  const name = own(entry, 'name');
  return name === registrationEntry || name === drainEntry;
}
