import type { PodSelector } from '../core/model/binding.ts';
import type { ClusterChange, GateWriter } from '../core/model/cluster-port.ts';
import type { PodView } from '../core/model/pod-view.ts';
import { IndexedPods } from '../kube/indexed-pods.ts';

/** The pods of a cluster in memory, and their gates. */
export class FakePods implements GateWriter {
  readonly #pods = new Map<string, PodView>();
  readonly #index = new IndexedPods();
  readonly gateWrites: { readonly key: string; readonly status: string; readonly reason: string }[] = [];
  change: ClusterChange | undefined;
  /** After each write of a gate. */
  onGate: (key: string) => void = () => undefined;

  pod(key: string) {
    return this.#pods.get(key);
  }
  pods() {
    return this.#pods.values();
  }
  podsSelectedBy(selector: PodSelector) {
    return this.#index.podsSelectedBy(selector);
  }
  podsAwaitedIn(namespace: string) {
    return this.#index.podsAwaitedIn(namespace);
  }
  podsAt(ip: string) {
    return this.#index.podsAt(ip);
  }
  podWithUid(uid: string) {
    return this.#index.podWithUid(uid);
  }

  putPod(pod: PodView): void {
    const before = this.#pods.get(pod.key);
    this.#pods.set(pod.key, pod);
    this.#index.put(pod, before);
    this.change?.pods(pod, before);
  }

  changePod(key: string, overrides: Partial<PodView>): void {
    const pod = this.#pods.get(key);
    if (pod !== undefined) this.putPod({ ...pod, ...overrides });
  }

  removePod(key: string): void {
    const before = this.#pods.get(key);
    this.#pods.delete(key);
    this.#index.put(undefined, before);
    this.change?.pods(undefined, before);
  }

  async write(pod: PodView, condition: Parameters<GateWriter['write']>[1]): Promise<void> {
    await Promise.resolve();
    this.gateWrites.push({ key: pod.key, status: condition.status, reason: condition.reason });
    const now = this.#pods.get(pod.key);
    if (now?.uid === pod.uid) this.putPod({ ...now, gate: condition });
    this.onGate(pod.key);
  }

  gateOf(key: string): string {
    const gate = this.#pods.get(key)?.gate;
    return typeof gate === 'object' ? `${gate.status} ${gate.reason}` : String(gate);
  }

  gateMessageOf(key: string): string {
    const gate = this.#pods.get(key)?.gate;
    return typeof gate === 'object' ? gate.message : '';
  }
}
