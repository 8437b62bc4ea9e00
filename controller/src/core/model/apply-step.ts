import {
  withTargets,
  type ObservedListener,
  type ObservedLoadBalancer,
  type ObservedRule,
  type Targets,
} from './observed.ts';
import { samePlaceId } from './place.ts';
import type { ListenerSettings, RuleSettings } from './settings.ts';
import type { Step, StepOf } from './step.ts';
import { addressKey } from './target.ts';

/** The id that the cloud gives what a step creates. */
export type NewId = (step: Step) => string;

/**
 * What stands after these steps; undefined: no CLB. The one definition of what a step does: the engine uses it
 * between two looks, and tests prove plans with it.
 */
export function applySteps(
  observed: ObservedLoadBalancer | undefined,
  steps: readonly Step[],
  newId: NewId,
): ObservedLoadBalancer | undefined {
  return steps.reduce((tree, step) => applyStep(tree, step, newId), observed);
}

function applyStep(tree: ObservedLoadBalancer | undefined, step: Step, newId: NewId): ObservedLoadBalancer | undefined {
  return tree === undefined ? undefined : changeTree(tree, step, newId);
}

function changeTree(tree: ObservedLoadBalancer, step: Step, newId: NewId): ObservedLoadBalancer {
  switch (step.kind) {
    case 'modify-load-balancer':
      return { ...tree, settings: { ...tree.settings, ...step.settings } };
    case 'create-listener':
      return { ...tree, listeners: [...tree.listeners, createdListener(step, newId(step))] };
    case 'delete-listener':
      return { ...tree, listeners: tree.listeners.filter(({ id }) => id !== step.listenerId) };
    case 'register':
    case 'set-weight':
    case 'deregister':
      return withTargets(tree, (id, targets) =>
        samePlaceId(id, step.target) ? changeTargets(targets, step) : targets,
      );
    default:
      return changeListener(tree, step.listenerId, (listener) => changeInListener(listener, step, newId));
  }
}

type InListener = StepOf<
  | 'modify-listener'
  | 'create-rule'
  | 'modify-rule'
  | 'delete-rule'
  | 'set-certificates'
  | 'create-redirect'
  | 'delete-redirect'
>;

function changeInListener(listener: ObservedListener, step: InListener, newId: NewId): ObservedListener {
  switch (step.kind) {
    case 'modify-listener': {
      const renamed = step.name === undefined ? {} : passedTo(step.owners, step.name, listener);
      return { ...listener, ...renamed, settings: merged(listener.settings, step.settings) };
    }
    case 'create-rule':
      return { ...listener, rules: [...listener.rules, createdRule(step, newId(step))] };
    case 'modify-rule':
      return changeRules(listener, step);
    case 'delete-rule':
      return {
        ...withoutRedirect(listener, step.locationId),
        rules: listener.rules.filter(({ id }) => id !== step.locationId),
      };
    case 'set-certificates':
      return setCertificates(listener, step);
    case 'create-redirect':
      return withRedirect(listener, step);
    case 'delete-redirect':
      return withoutRedirect(listener, step.locationId);
  }
}

function withRedirect(listener: ObservedListener, step: StepOf<'create-redirect'>): ObservedListener {
  const { locationId, place, to, code, takesUrl } = step;
  const { domain, url } = place;
  const made = { locationId, domain, url, to, code, takesUrl, isOurs: true };
  return { ...listener, redirects: [...(withoutRedirect(listener, locationId).redirects ?? []), made] };
}

function withoutRedirect(listener: ObservedListener, locationId: string): ObservedListener {
  if (listener.redirects === undefined) return listener;
  return { ...listener, redirects: listener.redirects.filter((one) => one.locationId !== locationId) };
}

/** A listener with the name of another owner is that one's, and so are our rules there. */
function passedTo(ownerUids: readonly string[], name: string, listener: ObservedListener): Partial<ObservedListener> {
  return { name, ownerUids, rules: listener.rules.map((rule) => (rule.isOurs ? { ...rule, ownerUids } : rule)) };
}

function createdListener({ place, name, owners, settings }: StepOf<'create-listener'>, id: string): ObservedListener {
  return { id, name, place, isOurs: true, ownerUids: owners, settings, targets: new Map(), rules: [] };
}

function createdRule({ place, owners, settings }: StepOf<'create-rule'>, id: string) {
  return { id, place, isOurs: true, ownerUids: owners, settings, targets: new Map() };
}

function changeListener(
  tree: ObservedLoadBalancer,
  listenerId: string,
  change: (listener: ObservedListener) => ObservedListener,
): ObservedLoadBalancer {
  return { ...tree, listeners: tree.listeners.map((one) => (one.id === listenerId ? change(one) : one)) };
}

function changeRules(listener: ObservedListener, step: StepOf<'modify-rule'>): ObservedListener {
  const { locationId, settings, place } = step;
  const isMeant = (rule: ObservedRule) =>
    settings.http2 === undefined ? rule.id === locationId : rule.place.domain === place.domain;
  const rules = listener.rules.map((rule) =>
    isMeant(rule) ? { ...rule, settings: merged(rule.settings, settings) } : rule,
  );
  return { ...listener, rules };
}

type Settings = Omit<ListenerSettings & RuleSettings, 'certificates'>;

/** A part of a health check changes only that part. */
function merged<S extends Settings>(before: S, change: Settings): S {
  const healthCheck =
    change.healthCheck === undefined ? before.healthCheck : { ...before.healthCheck, ...change.healthCheck };
  return { ...before, ...change, ...(healthCheck === undefined ? {} : { healthCheck }) };
}

/** Certificates of a rule are those of its whole domain. */
function setCertificates(listener: ObservedListener, step: StepOf<'set-certificates'>): ObservedListener {
  const { place, certificates } = step;
  if (!('domain' in place)) return { ...listener, settings: { ...listener.settings, certificates } };
  const rules = listener.rules.map((rule) =>
    rule.place.domain === place.domain ? { ...rule, settings: { ...rule.settings, certificates } } : rule,
  );
  return { ...listener, rules };
}

function changeTargets(targets: Targets, step: StepOf<'register' | 'set-weight' | 'deregister'>): Targets {
  const { ip, port, instanceId } = step.target;
  const key = addressKey(step.target);
  const changed = new Map(targets);
  const before = targets.get(key);
  if (step.kind === 'deregister') changed.delete(key);
  else if (step.kind === 'register') {
    // A target that stood keeps its health: the CLB goes on with the same check.
    changed.set(key, { ip, port, instanceId, weight: step.weight, tag: step.tag, health: before?.health });
  } else if (before !== undefined) changed.set(key, { ...before, weight: step.weight });
  return changed;
}
