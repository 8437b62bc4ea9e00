import { Ajv, type ErrorObject } from 'ajv';
import { savedSchema, savedVersion, type SavedState } from './saved-schema.ts';
import type { Listener, LoadBalancer, Target } from './model.ts';
import type { Place } from './place.ts';
import type { Store } from './store.ts';
import { ProblemsError } from '../errors/problems-error.ts';

/** A saved state cannot be loaded; every problem is listed with its path. */
export class SavedStateError extends ProblemsError {
  readonly statusCode = 400;
}

/** The store as data. What tasks under way would change is not in it. */
export function saveState(store: Store, nowMs: number): SavedState {
  const saved: SavedState = {
    version: savedVersion,
    savedAtMs: nowMs,
    loadBalancers: structuredClone([...store.loadBalancers.values()]),
    certificates: Object.fromEntries(store.certificates),
    orders: Object.fromEntries(store.orders),
    securityGroups: Object.fromEntries(store.securityGroups),
    madeSecurityGroups: Object.fromEntries(store.madeSecurityGroups),
  };
  // The reported health, which lags, is about to change.
  targetsOf(saved.loadBalancers).forEach((target) => delete target.reportedHealth);
  return saved;
}

function targetsOf(loadBalancers: readonly LoadBalancer[]): Target[] {
  const listeners = loadBalancers.flatMap((one) => one.listeners);
  return listeners.flatMap(({ targets, rules }) => [...targets, ...rules.flatMap((rule) => rule.targets)]);
}

const mostProblems = 20;

function describe({ instancePath, keyword, params, message, data }: ErrorObject): string {
  const path = instancePath.slice(1).replaceAll('/', '.');
  const at = path === '' ? '' : `${path}.`;
  const { missingProperty, additionalProperty } = params as Record<string, string>;
  if (keyword === 'required') return `${at}${missingProperty ?? ''}: is missing`;
  if (keyword === 'additionalProperties') return `${at}${additionalProperty ?? ''}: is not known; remove it`;
  const allowed =
    'allowedValues' in params ? `: ${(params as { allowedValues: unknown[] }).allowedValues.join(', ')}` : '';
  return `${path || 'the file'}: got ${JSON.stringify(data).slice(0, 80)}, ${message ?? 'is wrong'}${allowed}`;
}

/** What is there twice, of what must be there once. */
function repeated(what: string, values: readonly string[]): string[] {
  const seen = new Set<string>();
  const twice = values.filter((value) => seen.size === seen.add(value).size);
  return [...new Set(twice)].map((value) => `${what} ${value} is there twice`);
}

function contradictions({ loadBalancers }: SavedState, regions: readonly string[]): string[] {
  const listeners = loadBalancers.flatMap((one) => one.listeners);
  const strange = loadBalancers.filter(({ region }) => !regions.includes(region));
  return [
    ...repeated(
      'load balancer',
      loadBalancers.map(({ id }) => id),
    ),
    ...repeated(
      'VIP',
      loadBalancers.flatMap(({ vips }) => vips),
    ),
    ...repeated(
      'listener',
      listeners.map(({ id }) => id),
    ),
    ...repeated(
      'rule',
      listeners.flatMap(({ rules }) => rules.map(({ id }) => id)),
    ),
    ...strange.map(({ id, region }) => `${id}: region ${region} is not one of ${regions.join(', ')} (--regions)`),
  ];
}

const ajv = new Ajv({ strict: true, allErrors: true, verbose: true, allowUnionTypes: true });

/** Checks what was saved; throws a SavedStateError with everything that is wrong. */
export function parseSavedState(value: unknown, regions: readonly string[]): SavedState {
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  if (version !== savedVersion) {
    const got = version === undefined ? 'none' : JSON.stringify(version);
    throw new SavedStateError([`version: got ${got}, expects ${savedVersion}: is this what GET /state/save returned?`]);
  }
  // Compiled by the first that is loaded.
  const validate = ajv.compile(savedSchema);
  if (!validate(value)) {
    throw new SavedStateError((validate.errors ?? []).slice(0, mostProblems).map(describe));
  }
  const problems = contradictions(value as unknown as SavedState, regions);
  if (problems.length > 0) throw new SavedStateError(problems);
  return value as unknown as SavedState;
}

/** Files of older programs lack them. */
function lateFields({ ipv6Mode, domain }: Partial<LoadBalancer>): Pick<LoadBalancer, 'ipv6Mode' | 'domain'> {
  return { ipv6Mode: ipv6Mode ?? null, domain: domain ?? null };
}

function bindAll(store: Store, at: Place, targets: readonly Target[]): void {
  targets.forEach((target) => store.bind({ ...at, target: { ...target } }));
}

function addListener(store: Store, loadBalancer: LoadBalancer, saved: Listener): void {
  const listener: Listener = { ...saved, targets: [], rules: [] };
  store.addListener(loadBalancer, listener);
  bindAll(store, { loadBalancer, listener }, saved.targets);
  for (const savedRule of saved.rules) {
    const rule = { ...savedRule, targets: [] };
    store.addRule(loadBalancer, listener, rule);
    bindAll(store, { loadBalancer, listener, rule }, savedRule.targets);
  }
}

/** Replaces the whole state by a saved one; connections are cut as by deleting what was there. */
export function loadState(store: Store, saved: SavedState): void {
  [...store.loadBalancers.values()].forEach((loadBalancer) => store.removeLoadBalancer(loadBalancer));
  store.certificates.clear();
  store.orders.clear();
  Object.entries(saved.certificates).forEach(([id, certificate]) => store.certificates.set(id, certificate));
  [...store.securityGroups.keys()].forEach((id) => store.setSecurityGroup(id, undefined));
  Object.entries(saved.securityGroups ?? {}).forEach(([id, rules]) => store.setSecurityGroup(id, rules));
  Object.entries(saved.madeSecurityGroups ?? {}).forEach(([id, made]) => store.madeSecurityGroups.set(id, made));
  Object.entries(saved.orders).forEach(([token, order]) => store.orders.set(token, order));
  for (const one of structuredClone(saved.loadBalancers)) {
    // The task that would have made it usable has not been saved.
    const loadBalancer: LoadBalancer = { ...one, ...lateFields(one), usable: true, listeners: [] };
    store.putLoadBalancer(loadBalancer);
    one.listeners.forEach((listener) => addListener(store, loadBalancer, listener));
  }
}
