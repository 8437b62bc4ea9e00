import type { Announcement, Announcer, ClusterChange, ClusterView, GateWriter, ServiceWriter } from '../core/ports.ts';
import type { PodView, ServiceView } from '../core/views.ts';

/** A cluster in memory: what is put in is seen at once, and writes come back as changes, as watches bring them. */
export class FakeCluster implements ClusterView, GateWriter, ServiceWriter, Announcer {
  readonly #pods = new Map<string, PodView>();
  readonly #services = new Map<string, ServiceView>();
  readonly announcements: (Announcement & { readonly about: string })[] = [];
  readonly gateWrites: { readonly key: string; readonly status: string; readonly reason: string }[] = [];
  readonly recordWrites: { readonly key: string; readonly loadBalancers: readonly string[] }[] = [];
  hasTke = false;
  change: ClusterChange | undefined;

  pod(key: string) {
    return this.#pods.get(key);
  }
  pods() {
    return this.#pods.values();
  }
  podsIn(namespace: string) {
    return [...this.#pods.values()].filter((pod) => pod.namespace === namespace);
  }
  podsAt(ip: string) {
    return [...this.#pods.values()].filter((pod) => pod.ip === ip);
  }
  services() {
    return [...this.#services.values()];
  }
  service(key: string) {
    return this.#services.get(key);
  }
  servicesIn(namespace: string) {
    return this.services().filter((service) => service.namespace === namespace);
  }
  tkePresent() {
    return this.hasTke;
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

  putService(service: ServiceView): void {
    const before = this.#services.get(service.key);
    this.#services.set(service.key, service);
    this.change?.services(service, before);
  }

  changeService(key: string, overrides: Partial<ServiceView>): void {
    const service = this.#services.get(key);
    if (service !== undefined) this.putService({ ...service, ...overrides });
  }

  /** `kubectl delete service`: it is ending until its finalizer goes. */
  deleteService(key: string): void {
    if (this.#services.get(key)?.hasFinalizer === true) this.changeService(key, { ending: true });
    else this.#removeService(key);
  }

  async write(pod: PodView, condition: Parameters<GateWriter['write']>[1]): Promise<void> {
    await Promise.resolve();
    this.gateWrites.push({ key: pod.key, status: condition.status, reason: condition.reason });
    const now = this.#pods.get(pod.key);
    if (now?.uid === pod.uid) this.putPod({ ...now, gate: condition });
  }

  async record(view: ServiceView, loadBalancers: readonly string[], finalizer: boolean): Promise<void> {
    await Promise.resolve();
    this.recordWrites.push({ key: view.key, loadBalancers });
    const now = this.#services.get(view.key);
    if (now?.uid !== view.uid) return;
    if (now.ending && !finalizer) this.#removeService(view.key);
    else this.putService({ ...now, recordedLoadBalancers: loadBalancers, hasFinalizer: finalizer });
  }

  async tell(view: ServiceView, addresses: readonly string[]): Promise<void> {
    await Promise.resolve();
    const now = this.#services.get(view.key);
    if (now?.uid === view.uid) this.putService({ ...now, ingress: addresses });
  }

  aboutPod(pod: PodView, announcement: Announcement): void {
    this.announcements.push({ about: pod.key, ...announcement });
  }

  aboutService(service: ServiceView, announcement: Announcement): void {
    this.announcements.push({ about: service.key, ...announcement });
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
    this.change?.services(undefined, before);
  }
}
