import type { ListenerAnswer, LoadBalancerAnswer, RuleAnswer, TargetAnswer } from '../core/model/clb-port.ts';
import { CloudError, type CloudErrorKind } from '../core/model/cloud-error.ts';
import { describePlace, hasRules, isRule, placeIdKey, transportOf, type PlaceId } from '../core/model/place.ts';
import type { Quota } from '../core/model/quota.ts';
import type { ListenerSettings, RuleSettings } from '../core/model/settings.ts';
import type { StepOf } from '../core/model/step.ts';
import { markedTag } from '../core/model/target-tag.ts';
import { addressKey, targetKey, type Health } from '../core/model/target.ts';

export interface FakeTarget extends TargetAnswer {
  readonly health: Health;
}

/** One CLB in memory; what is not there is refused with the API's code. */
export class FakeLoadBalancer {
  about: LoadBalancerAnswer;
  readonly listeners = new Map<string, ListenerAnswer>();
  /** By targetKey. */
  readonly targets = new Map<string, FakeTarget>();

  constructor(about: LoadBalancerAnswer) {
    this.about = about;
  }

  whyNotCreate({ place }: StepOf<'create-listener'>): CloudError | undefined {
    const isTaken = [...this.listeners.values()].some(
      ({ protocol, port }) => port === place.port && transportOf(protocol) === transportOf(place.protocol),
    );
    return isTaken ? refused('InvalidParameter.PortCheckFailed', `${describePlace(place)} is taken`) : undefined;
  }

  modifyListener({ listenerId, name, settings }: StepOf<'modify-listener'>): void {
    const before = this.#listener(listenerId);
    if (before.settings.sniSwitch === true && settings.sniSwitch === false) {
      throw refused('UnsupportedOperation', `SNI of ${listenerId} cannot be switched off`);
    }
    this.#change(listenerId, { name: name ?? before.name, settings: merged(before.settings, settings) });
  }

  /** As a person does it in the console. */
  rename(listenerId: string, name: string): void {
    this.#change(listenerId, { name });
  }

  deleteListener(id: string): void {
    for (const { locationId } of this.#listener(id).rules) this.#requireNotRedirectedTo(locationId);
    this.listeners.delete(id);
    this.#dropTargets((target) => target.listenerId === id);
  }

  /** A listener that is not there fails the call; that is no refusal of a rule. */
  whyNotCreateRule({ listenerId, place }: StepOf<'create-rule'>): CloudError | undefined {
    const { protocol, rules } = this.#listener(listenerId);
    if (!hasRules(protocol)) return refused('InvalidParameter.ProtocolCheckFailed', `${protocol} has no rules`);
    const isThere = rules.some(({ domain, url }) => domain === place.domain && url === place.url);
    return isThere ? refused('InvalidParameterValue.Duplicate', `${describePlace(place)} is there`) : undefined;
  }

  createRule({ listenerId, place, address = '', settings }: StepOf<'create-rule'>, locationId: string): void {
    const rule = { locationId, domain: place.domain === '' ? address : place.domain, url: place.url, settings };
    this.#change(listenerId, { rules: [...this.#listener(listenerId).rules, rule] });
    if (settings.isDefault === true) this.#makeDefault(listenerId, rule.domain);
  }

  /** A listener has one default domain. */
  #makeDefault(listenerId: string, domain: string): void {
    const rules = this.#listener(listenerId).rules.map((rule): RuleAnswer => {
      const others = Object.entries(rule.settings).filter(([name]) => name !== 'isDefault');
      return {
        ...rule,
        settings: { ...Object.fromEntries(others), ...(rule.domain === domain ? { isDefault: true } : {}) },
      };
    });
    this.#change(listenerId, { rules });
  }

  modifyRule({ listenerId, locationId, settings }: StepOf<'modify-rule'>): void {
    this.#requireRule(listenerId, locationId);
    const { domain } = this.#listener(listenerId).rules.find((rule) => rule.locationId === locationId) ?? {};
    if (settings.isDefault === true) this.#makeDefault(listenerId, domain ?? '');
    else if (settings.http2 !== undefined) this.#changeRules(listenerId, (rule) => rule.domain === domain, settings);
    else this.#changeRules(listenerId, (rule) => rule.locationId === locationId, settings);
  }

  deleteRule({ listenerId, locationId }: StepOf<'delete-rule'>): void {
    this.#requireRule(listenerId, locationId);
    this.#requireNotRedirectedTo(locationId);
    const rules = this.#listener(listenerId).rules.filter((rule) => rule.locationId !== locationId);
    const before = this.#redirectsOf(listenerId);
    const redirects = before.filter((one) => one.locationId !== locationId);
    this.#change(listenerId, { rules, ...(before.length === 0 ? {} : { redirects }) });
    this.#dropTargets((target) => placeIdKey(target) === placeIdKey({ listenerId, locationId }));
    const [eldest] = rules;
    const hasDefault = rules.some(({ settings }) => settings.isDefault === true);
    if (eldest !== undefined && !hasDefault) this.#makeDefault(listenerId, eldest.domain);
  }

  /** One redirects once, and to none that redirects itself. */
  createRedirect({ listenerId, locationId, to, code, takesUrl }: StepOf<'create-redirect'>): void {
    this.#requireRule(listenerId, locationId);
    this.#requireRule(to.listenerId, to.locationId);
    const isChain = this.#redirects().some(
      (one) => one.locationId === locationId || one.locationId === to.locationId || one.to.locationId === locationId,
    );
    if (isChain) throw refused('InvalidParameter.RewriteAlreadyExist', `${locationId} redirects already`);
    const { domain = '', url = '' } =
      this.#listener(listenerId).rules.find((rule) => rule.locationId === locationId) ?? {};
    const made = { locationId, domain, url, to, code, takesUrl };
    this.#change(listenerId, { redirects: [...this.#redirectsOf(listenerId), made] });
  }

  deleteRedirect(listenerId: string, locationId: string): void {
    const before = this.#redirectsOf(listenerId);
    const after = before.filter((one) => one.locationId !== locationId);
    if (after.length === before.length) {
      throw refused('InvalidParameter.SomeRewriteNotFound', `${locationId} does not redirect`);
    }
    this.#change(listenerId, { redirects: after });
  }

  #redirectsOf(listenerId: string) {
    return this.#listener(listenerId).redirects ?? [];
  }

  #redirects() {
    return [...this.listeners.values()].flatMap(({ redirects = [] }) => redirects);
  }

  #requireNotRedirectedTo(locationId: string): void {
    const source = this.#redirects().find(({ to }) => to.locationId === locationId);
    if (source === undefined) return;
    throw refused('FailedOperation', `${source.locationId} redirects to ${locationId}: delete the redirection first`);
  }

  /** Certificates of a rule are those of its whole domain. */
  setCertificates({ listenerId, place, address = '', certificates }: StepOf<'set-certificates'>): void {
    const { settings } = this.#listener(listenerId);
    const named = isRule(place) && place.domain !== '' ? place.domain : address;
    if (isRule(place)) this.#changeRules(listenerId, ({ domain }) => domain === named, { certificates });
    else this.#change(listenerId, { settings: { ...settings, certificates } });
  }

  /** Why no target can be bound there; undefined when it can. */
  whyNotBind({ listenerId, locationId }: PlaceId): string | undefined {
    const listener = this.listeners.get(listenerId);
    if (listener === undefined) return `Listener ${listenerId} not found.`;
    if (!hasRules(listener.protocol)) return undefined;
    const isThere = listener.rules.some((rule) => rule.locationId === locationId);
    return isThere ? undefined : `Location ${locationId ?? ''} not found.`;
  }

  /** What is asked for counts although it is bound already, as bk-hcm saw it. */
  whyOverQuota(steps: readonly StepOf<'register'>[], { targets: most = Infinity }: Quota): CloudError | undefined {
    const full = [...Map.groupBy(steps, ({ target }) => placeIdKey(target))].find(([place, asked]) => {
      const bound = [...this.targets.values()].filter((target) => placeIdKey(target) === place);
      return bound.length + asked.length > most;
    });
    return full === undefined ? undefined : overQuota(`targets of ${full[0]}`, most);
  }

  /** A target that is bound already keeps its health. */
  register({ target, weight, tag: backendId, clusterId }: StepOf<'register'>, health: Health): void {
    const key = targetKey(target);
    const tag = clusterId === undefined ? backendId : markedTag(clusterId, backendId);
    this.targets.set(key, { ...target, weight, tag, health: this.targets.get(key)?.health ?? health });
  }

  setWeight({ target, weight }: StepOf<'set-weight'>): void {
    const before = this.targets.get(targetKey(target));
    if (before !== undefined) this.targets.set(targetKey(target), { ...before, weight });
  }

  /** "port/ip:port", or "port domain/url/ip:port" for a target of a rule. */
  lineOf(target: FakeTarget): string {
    const listener = this.listeners.get(target.listenerId);
    const rule = listener?.rules.find(({ locationId }) => locationId === target.locationId);
    const place = rule === undefined ? '' : ` ${rule.domain}${rule.url}`;
    return `${listener?.port ?? '?'}${place}/${addressKey(target)}`;
  }

  #listener(id: string): ListenerAnswer {
    const found = this.listeners.get(id);
    if (found === undefined) throw gone('InvalidParameter.ListenerIdNotFound', `${id} is not found`);
    return found;
  }

  #change(id: string, change: Partial<ListenerAnswer>): void {
    this.listeners.set(id, { ...this.#listener(id), ...change });
  }

  #requireRule(listenerId: string, locationId: string): void {
    if (this.#listener(listenerId).rules.some((rule) => rule.locationId === locationId)) return;
    throw gone('InvalidParameter.LocationNotFound', `${locationId} is not found`);
  }

  #changeRules(listenerId: string, means: (rule: RuleAnswer) => boolean, change: RuleSettings): void {
    const rules = this.#listener(listenerId).rules.map((rule) =>
      means(rule) ? { ...rule, settings: merged(rule.settings, change) } : rule,
    );
    this.#change(listenerId, { rules });
  }

  #dropTargets(means: (target: FakeTarget) => boolean): void {
    for (const [key, target] of [...this.targets]) if (means(target)) this.targets.delete(key);
  }
}

/** A part of a health check changes only that part. */
function merged<S extends ListenerSettings | RuleSettings>(before: S, change: S): S {
  if (change.healthCheck === undefined) return { ...before, ...change };
  return { ...before, ...change, healthCheck: { ...before.healthCheck, ...change.healthCheck } };
}

export function refused(code: string, message: string): CloudError {
  return apiError('refused', code, message);
}

export function gone(code: string, message: string): CloudError {
  return apiError('gone', code, message);
}

export function overQuota(what: string, most: number): CloudError {
  return apiError('quota', 'LimitExceeded', `the number of ${what} exceeds ${most}`);
}

export function apiError(kind: CloudErrorKind, code: string, message: string): CloudError {
  return new CloudError(message, { kind, code, action: 'the fake CLB' });
}
