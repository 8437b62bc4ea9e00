import type { KeyPair } from '../core/model/certificate.ts';
import type {
  ClbPort,
  HealthAnswer,
  HealthOfSeveral,
  NewLoadBalancer,
  StepRefusal,
  TargetAnswer,
} from '../core/model/clb-port.ts';
import { describePlace, type Place } from '../core/model/place.ts';
import type { Tags } from '../core/model/owned-balancer.ts';
import type { Quota } from '../core/model/quota.ts';
import type { SecurityPolicy, WantedGroup } from '../core/model/security-group.ts';
import type { LoadBalancerSettings } from '../core/model/settings.ts';
import type { StepOf } from '../core/model/step.ts';
import { targetKey, type TargetRef } from '../core/model/target.ts';
import { FakeClbWorld } from './fake-clb-world.ts';
import { overQuota, refused, type FakeLoadBalancer } from './fake-load-balancer.ts';

type Create = StepOf<'create-listener'>;
type CreateRule = StepOf<'create-rule'>;
type Register = StepOf<'register'>;
type Deregister = StepOf<'deregister'>;

/** CLBs in memory, as the port shows them. */
export class FakeClb extends FakeClbWorld implements ClbPort {
  /** By token. */
  readonly #made = new Map<string, string>();
  #lastListener = 0;
  #lastRule = 0;

  /** No call waits here. */
  inFlow(): this {
    return this;
  }

  async describeLoadBalancer(id: string, signal: AbortSignal) {
    await this.enter('describeLoadBalancer', id, signal);
    return this.balancers.get(id)?.about;
  }

  async listLoadBalancers(vpcId: string, signal: AbortSignal) {
    await this.enter('listLoadBalancers', vpcId, signal);
    return [...this.balancers.values()].filter(({ about }) => about.vpcId === vpcId).map(({ about }) => about.id);
  }

  async describeListeners(id: string, signal: AbortSignal) {
    await this.enter('describeListeners', id, signal);
    return [...this.at(id).listeners.values()];
  }

  async describeTargets(id: string, listenerIds: readonly string[], signal: AbortSignal) {
    await this.enter('describeTargets', id, signal);
    const targets = [...this.at(id).targets.values()].filter(({ listenerId }) => listenerIds.includes(listenerId));
    return targets.map(({ listenerId, locationId, ip, port, instanceId, weight, tag }): TargetAnswer => {
      return { listenerId, locationId, ip, port, instanceId, weight, tag: this.returnsTags ? tag : undefined };
    });
  }

  async describeHealth(id: string, signal: AbortSignal): Promise<readonly HealthAnswer[]> {
    await this.enter('describeHealth', id, signal);
    this.healthAsks.push([id]);
    return this.#healthOf(id);
  }

  /** `before` is asked once, with all ids; `fail` for each. */
  async describeHealths(ids: readonly string[], signal: AbortSignal): Promise<HealthOfSeveral> {
    await this.before('describeHealth', ids.join());
    const each = await Promise.allSettled(ids.map(async (id) => this.answerTo('describeHealth', id, signal)));
    signal.throwIfAborted();
    const failed = ids.filter((_, index) => each[index]?.status === 'rejected');
    this.healthAsks.push(ids);
    return { answers: ids.filter((id) => !failed.includes(id)).flatMap((id) => this.#healthOf(id)), failed };
  }

  #healthOf(loadBalancerId: string): readonly HealthAnswer[] {
    return [...(this.balancers.get(loadBalancerId)?.targets.values() ?? [])].map(
      ({ listenerId, locationId, ip, port, health, weight }) => {
        return { loadBalancerId, listenerId, locationId, ip, port, health, weight };
      },
    );
  }

  async listCertificates(clusterId: string) {
    return this.certificates.list(clusterId);
  }

  async isCertificateUsed(id: string) {
    return this.certificates.isUsed(id);
  }

  async uploadCertificate(pair: KeyPair, clusterId: string) {
    return this.certificates.upload(pair, clusterId);
  }

  async deleteCertificate(id: string) {
    return this.certificates.delete(id);
  }

  async listSecurityGroups(clusterId: string) {
    return this.securityGroups.list(clusterId);
  }

  async describeSecurityPolicies(id: string) {
    return this.securityGroups.describe(id);
  }

  async isSecurityGroupUsed(id: string) {
    return this.securityGroups.isUsed(id);
  }

  async createSecurityGroup(wanted: WantedGroup, clusterId: string) {
    return this.securityGroups.create(wanted, clusterId);
  }

  async setSecurityPolicies(id: string, policies: readonly SecurityPolicy[]) {
    return this.securityGroups.set(id, policies);
  }

  async deleteSecurityGroup(id: string) {
    return this.securityGroups.delete(id);
  }

  /** It is about no CLB, so `before` is not asked. */
  async describeQuota(signal: AbortSignal): Promise<Quota> {
    signal.throwIfAborted();
    const error = this.fail('describeQuota', '');
    return error === undefined ? Promise.resolve(this.quota) : Promise.reject(error);
  }

  /** `before` and `fail` are asked with the token, because there is no id yet. */
  async createLoadBalancer({ wish, vpcId, tags }: NewLoadBalancer, token: string, signal: AbortSignal) {
    await this.enter('createLoadBalancer', token, signal);
    const known = this.#made.get(token);
    if (known !== undefined) return known;
    if (this.balancers.size >= this.mostBalancers) throw overQuota('CLBs of the account', this.mostBalancers);
    const id = `lb-made${this.#made.size + 1}`;
    this.#made.set(token, id);
    const vips = [`198.51.100.${this.#made.size}`];
    this.addLoadBalancer(id, { settings: { name: wish.name }, vips, vpcId, tags, usable: this.makesAtOnce });
    this.wrote('createLoadBalancer', id, [id]);
    return id;
  }

  async findLoadBalancers(tags: Tags, signal: AbortSignal) {
    await this.enter('findLoadBalancers', JSON.stringify(tags), signal);
    const wanted = Object.entries(tags);
    const all = [...this.balancers.values()].map(({ about }) => about);
    return all.filter((one) => wanted.every(([key, value]) => one.tags[key] === value));
  }

  async modifyLoadBalancer(id: string, settings: LoadBalancerSettings, signal: AbortSignal) {
    await this.enter('modifyLoadBalancer', id, signal);
    const balancer = this.at(id);
    balancer.about = { ...balancer.about, settings: { ...balancer.about.settings, ...settings } };
    this.wrote('modifyLoadBalancer', id, [id]);
  }

  async deleteLoadBalancer(id: string, signal: AbortSignal) {
    await this.enter('deleteLoadBalancer', id, signal);
    const isProtected = this.at(id).about.settings.deleteProtect === true;
    if (isProtected) throw refused('OperationDenied', `${id} is protected from deletion`);
    this.balancers.delete(id);
    this.wrote('deleteLoadBalancer', id, [id]);
  }

  async createListeners(id: string, steps: readonly Create[], signal: AbortSignal) {
    await this.enter('createListeners', id, signal);
    const keys = keysOf(steps);
    this.createAsks.push(keys);
    const balancer = this.at(id);
    const { listeners: most = Infinity } = this.quota;
    const error =
      balancer.listeners.size + steps.length > most
        ? overQuota(`listeners of ${id}`, most)
        : firstOf(steps, (step) => this.refuseListener(step) ?? balancer.whyNotCreate(step));
    if (error !== undefined) return [{ steps, error }];
    for (const { name, place, settings } of steps) {
      this.addListener(id, { id: `lbl-${(this.#lastListener += 1)}`, name, ...place, settings });
    }
    this.wrote('createListeners', id, keys);
    return [];
  }

  async modifyListener(id: string, step: StepOf<'modify-listener'>, signal: AbortSignal) {
    await this.enter('modifyListener', id, signal);
    this.at(id).modifyListener(step);
    this.wrote('modifyListener', id, [step.listenerId]);
  }

  async deleteListener(id: string, listenerId: string, signal: AbortSignal) {
    await this.enter('deleteListener', id, signal);
    this.at(id).deleteListener(listenerId);
    this.wrote('deleteListener', id, [listenerId]);
  }

  async createRules(id: string, steps: readonly CreateRule[], signal: AbortSignal) {
    await this.enter('createRules', id, signal);
    const balancer = this.at(id);
    const error = firstOf(steps, (step) => this.refuseRule(step) ?? balancer.whyNotCreateRule(step));
    if (error !== undefined) return [{ steps, error }];
    for (const step of steps) balancer.createRule(step, `loc-${(this.#lastRule += 1)}`);
    this.wrote('createRules', id, keysOf(steps));
    return [];
  }

  async modifyRule(id: string, step: StepOf<'modify-rule'>, signal: AbortSignal) {
    await this.enter('modifyRule', id, signal);
    this.at(id).modifyRule(step);
    this.wrote('modifyRule', id, [step.locationId]);
  }

  async deleteRules(id: string, steps: readonly StepOf<'delete-rule'>[], signal: AbortSignal) {
    await this.enter('deleteRules', id, signal);
    for (const step of steps) this.at(id).deleteRule(step);
    const ids = steps.map(({ locationId }) => locationId);
    this.wrote('deleteRules', id, ids);
  }

  async createRedirects(id: string, steps: readonly StepOf<'create-redirect'>[], signal: AbortSignal) {
    await this.enter('createRedirects', id, signal);
    for (const step of steps) this.at(id).createRedirect(step);
    this.wrote('createRedirects', id, keysOf(steps));
  }

  async deleteRedirects(id: string, steps: readonly StepOf<'delete-redirect'>[], signal: AbortSignal) {
    await this.enter('deleteRedirects', id, signal);
    for (const { listenerId, locationId } of steps) this.at(id).deleteRedirect(listenerId, locationId);
    this.wrote('deleteRedirects', id, keysOf(steps));
  }

  async setCertificates(id: string, step: StepOf<'set-certificates'>, signal: AbortSignal) {
    await this.enter('setCertificates', id, signal);
    this.at(id).setCertificates(step);
    this.wrote('setCertificates', id, keysOf([step]));
  }

  async register(id: string, steps: readonly Register[], signal: AbortSignal) {
    await this.enter('register', id, signal);
    const balancer = this.at(id);
    const error = balancer.whyOverQuota(steps, this.quota);
    if (error !== undefined) throw error;
    const { taken, refusals } = this.#sorted(balancer, steps);
    for (const step of taken) balancer.register(step, this.firstHealth);
    this.wrote('register', id, targetKeysOf(taken));
    return refusals;
  }

  async deregister(id: string, steps: readonly Deregister[], signal: AbortSignal) {
    await this.enter('deregister', id, signal);
    const balancer = this.at(id);
    const { taken, refusals } = this.#sorted(balancer, steps);
    for (const { target } of taken) balancer.targets.delete(targetKey(target));
    this.wrote('deregister', id, targetKeysOf(taken));
    return refusals;
  }

  async setWeight(id: string, steps: readonly StepOf<'set-weight'>[], signal: AbortSignal) {
    await this.enter('setWeight', id, signal);
    for (const step of steps) this.at(id).setWeight(step);
    this.wrote('setWeight', id, targetKeysOf(steps));
  }

  /** A batch is taken or refused by whole listeners, as the API does it. */
  #sorted<S extends Register | Deregister>(balancer: FakeLoadBalancer, steps: readonly S[]) {
    const taken: S[] = [];
    const refusals: StepRefusal<S>[] = [];
    for (const [listenerId, own] of Map.groupBy(steps, ({ target }) => target.listenerId)) {
      const why = firstOf(own, ({ target }) => this.refuse(target) ?? balancer.whyNotBind(target));
      if (why === undefined) taken.push(...own);
      else refusals.push({ steps: own, error: refused('TargetsRefused', `${listenerId} refuses targets: ${why}`) });
    }
    return { taken, refusals };
  }
}

function firstOf<S, R>(steps: readonly S[], find: (step: S) => R | undefined): R | undefined {
  return steps.map(find).find((one) => one !== undefined);
}

function keysOf(steps: readonly { readonly place: Place }[]): readonly string[] {
  return steps.map(({ place }) => describePlace(place));
}

function targetKeysOf(steps: readonly { readonly target: TargetRef }[]): readonly string[] {
  return steps.map(({ target }) => targetKey(target));
}
