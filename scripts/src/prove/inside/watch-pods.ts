import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { connectKube } from '@clb-direct/shared/kube/client/connect-kube.ts';
import { pods as podsPath } from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import type { SeenPod } from '../figures.ts';
import { kubeconfigPath } from './local.ts';

/** Notes when what happens to the pods of a namespace. */
export class PodWatch {
  readonly #seen = new Map<string, SeenPod>();
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  constructor(namespace: string) {
    this.#done = this.#watch(namespace);
  }

  get pods(): readonly SeenPod[] {
    return [...this.#seen.values()];
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  /** An API server that is away ends a watch; the next one begins with what there is. */
  async #watch(namespace: string): Promise<void> {
    const { signal } = this.#stop;
    const log = createLogger({ program: 'prove', level: 'silent' });
    const api = await connectKube({ kubeconfigPath: kubeconfigPath(), userAgent: 'clb-direct-prove', log });
    while (!signal.aborted) {
      try {
        for await (const { type, object } of api.watch({ path: podsPath(namespace), query: {}, signal })) {
          this.#note(object as V1Pod, type === 'DELETED');
        }
      } catch {
        // It ended, or was ended.
      }
      await sleep(200);
    }
    await api.close();
  }

  #note(pod: V1Pod, isGone: boolean): void {
    const uid = pod.metadata?.uid;
    // A bookmark is no pod.
    if (uid === undefined) return;
    this.#seen.set(uid, seenNow(pod, { before: this.#seen.get(uid), isGone, nowMs: Date.now() }));
  }
}

interface Moment {
  readonly before: SeenPod | undefined;
  readonly isGone: boolean;
  readonly nowMs: number;
}

/** What is true now and was not before is so since now. */
function seenNow(pod: V1Pod, { before, isGone, nowMs }: Moment): SeenPod {
  const { metadata, status } = pod;
  const since = (time: Times, isSo: boolean) => before?.[time] ?? (isSo ? nowMs : undefined);
  return {
    name: metadata?.name ?? '',
    ip: status?.podIP ?? before?.ip,
    createdAtMs: before?.createdAtMs ?? nowMs,
    containersReadyAtMs: since('containersReadyAtMs', isTrue(pod, 'ContainersReady')),
    gateAtMs: since('gateAtMs', isOpen(pod)),
    readyAtMs: since('readyAtMs', isTrue(pod, 'Ready')),
    endingAtMs: since('endingAtMs', metadata?.deletionTimestamp !== undefined),
    goneAtMs: since('goneAtMs', isGone),
    restartedAtMs: since('restartedAtMs', isRestarted(pod)),
  };
}

type Times = 'containersReadyAtMs' | 'gateAtMs' | 'readyAtMs' | 'endingAtMs' | 'goneAtMs' | 'restartedAtMs';

function isRestarted({ status }: V1Pod): boolean {
  return (status?.containerStatuses ?? []).some(({ restartCount }) => restartCount > 0);
}

function isTrue({ status }: V1Pod, type: string): boolean {
  return (status?.conditions ?? []).some((one) => one.type === type && one.status === 'True');
}

function isOpen(pod: V1Pod): boolean {
  const gates = pod.spec?.readinessGates ?? [];
  return gates.length > 0 && gates.every(({ conditionType }) => isTrue(pod, conditionType));
}
