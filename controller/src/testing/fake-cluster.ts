import type { EventRecorder } from '@clb-direct/shared/kube/events/event-recorder.ts';
import { selects, type PodSelector } from '../core/model/binding.ts';
import type { ClusterChange, ClusterView, GateWriter, OwnerWriter } from '../core/model/cluster-port.ts';
import type { OwnerCondition } from '../core/model/owner-condition.ts';
import type { Owner } from '../core/model/owner.ts';
import { balancersOf, type ObjectReference, type OwnerView } from '../core/model/owner-view.ts';
import type { PodView } from '../core/model/pod-view.ts';
import { readService } from '../core/sources/service/read-service.ts';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';

/** An Event as people see it. */
export interface Announcement {
  /** namespace/name */
  readonly about: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** A cluster in memory: what is put in is seen at once, and writes come back as changes, as watches bring them. */
export class FakeCluster implements ClusterView, GateWriter, OwnerWriter {
  readonly #pods = new Map<string, PodView>();
  /** By namespace/name. */
  readonly #services = new Map<string, { readonly facts: ServiceFacts; readonly view: OwnerView }>();
  readonly announcements: Announcement[] = [];
  readonly gateWrites: { readonly key: string; readonly status: string; readonly reason: string }[] = [];
  readonly recordWrites: { readonly key: string; readonly balancerIds: readonly string[] }[] = [];
  readonly conditionWrites: { readonly key: string; readonly condition: OwnerCondition | undefined }[] = [];
  readonly recorder: EventRecorder = {
    record: ({ regarding, type, reason, message }) => {
      this.announcements.push({ about: `${regarding.namespace}/${regarding.name}`, type, reason, message });
    },
    flush: async () => Promise.resolve(),
  };
  hasTke = false;
  change: ClusterChange | undefined;

  pod(key: string) {
    return this.#pods.get(key);
  }
  pods() {
    return this.#pods.values();
  }
  podsSelectedBy(selector: PodSelector) {
    return [...this.#pods.values()].filter((pod) => selects(selector, pod));
  }
  podsAt(ip: string) {
    return [...this.#pods.values()].filter((pod) => pod.ip === ip);
  }
  podWithUid(uid: string) {
    return [...this.#pods.values()].find((pod) => pod.uid === uid);
  }
  owners() {
    return [...this.#services.values()].map(({ view }) => view);
  }
  owner(key: string) {
    return this.owners().find((view) => view.key === key);
  }
  ownersOn(balancerId: string) {
    return this.owners().filter((view) => balancersOf(view).includes(balancerId));
  }
  ownersSelecting(pod: PodView) {
    return this.owners().filter(({ podSelectors }) => podSelectors.some((selector) => selects(selector, pod)));
  }
  ownersReferringTo(reference: ObjectReference) {
    const text = JSON.stringify(reference);
    return this.owners().filter(({ references }) => references.some((one) => JSON.stringify(one) === text));
  }
  tkePresent() {
    return this.hasTke;
  }

  /** By namespace/name. */
  service(key: string): ServiceFacts | undefined {
    return this.#services.get(key)?.facts;
  }

  putPod(pod: PodView): void {
    const before = this.#pods.get(pod.key);
    this.#pods.set(pod.key, pod);
    this.change?.pods(pod, before);
  }

  changePod(key: string, overrides: Partial<PodView>): void {
    const pod = this.#pods.get(key);
    if (pod !== undefined) this.putPod({ ...pod, ...overrides });
  }

  removePod(key: string): void {
    const before = this.#pods.get(key);
    this.#pods.delete(key);
    this.change?.pods(undefined, before);
  }

  putService(facts: ServiceFacts): void {
    const key = `${facts.namespace}/${facts.name}`;
    const before = this.#services.get(key);
    const view = readService(facts);
    this.#services.set(key, { facts, view });
    this.change?.owners(view, before?.view);
  }

  changeService(key: string, overrides: Partial<ServiceFacts>): void {
    const facts = this.service(key);
    if (facts !== undefined) this.putService({ ...facts, ...overrides });
  }

  /** `kubectl delete service`: it is ending until its finalizer goes. */
  deleteService(key: string): void {
    if (this.service(key)?.hasFinalizer === true) this.changeService(key, { ending: true });
    else this.#removeService(key);
  }

  async write(pod: PodView, condition: Parameters<GateWriter['write']>[1]): Promise<void> {
    await Promise.resolve();
    this.gateWrites.push({ key: pod.key, status: condition.status, reason: condition.reason });
    const now = this.#pods.get(pod.key);
    if (now?.uid === pod.uid) this.putPod({ ...now, gate: condition });
  }

  async record(owner: Owner, balancerIds: readonly string[], finalizer: boolean): Promise<void> {
    await Promise.resolve();
    const key = nameOf(owner);
    this.recordWrites.push({ key, balancerIds });
    const now = this.service(key);
    if (now?.uid !== owner.uid) return;
    if (now.ending && !finalizer) this.#removeService(key);
    else this.putService({ ...now, recordedLoadBalancers: balancerIds, hasFinalizer: finalizer });
  }

  async publishAddresses(owner: Owner, addresses: readonly string[]): Promise<void> {
    await Promise.resolve();
    const now = this.service(nameOf(owner));
    if (now?.uid === owner.uid) this.putService({ ...now, ingress: addresses });
  }

  async writeCondition(owner: Owner, condition: OwnerCondition | undefined): Promise<void> {
    await Promise.resolve();
    this.conditionWrites.push({ key: nameOf(owner), condition });
    const now = this.service(nameOf(owner));
    if (now?.uid === owner.uid) this.putService({ ...now, condition });
  }

  said(reason: string): number {
    return this.announcements.filter((announcement) => announcement.reason === reason).length;
  }

  gateOf(key: string): string {
    const gate = this.#pods.get(key)?.gate;
    return typeof gate === 'object' ? `${gate.status} ${gate.reason}` : String(gate);
  }

  #removeService(key: string): void {
    const before = this.#services.get(key);
    this.#services.delete(key);
    this.change?.owners(undefined, before?.view);
  }
}

function nameOf({ namespace, name }: Owner): string {
  return `${namespace}/${name}`;
}
