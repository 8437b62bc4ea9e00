import { programName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { events, pods } from '@clb-direct/shared/kube/client/paths.ts';
import { look, mapResult, type ReadResult } from './read-state.ts';

/** What the webhook warned of by an event. */
export interface WarningView {
  readonly reason: string;
  /** Such as "Secret clb-direct-webhook-certs". */
  readonly about: string;
  readonly message: string;
  readonly atMs: number;
}

/** What else concerns the certificates. */
export interface Surroundings {
  /** Names of the webhook's pods that run. */
  readonly replicas: ReadResult<readonly string[]>;
  /** The newest first. */
  readonly warnings: ReadResult<readonly WarningView[]>;
}

/** Reads what only status shows. */
export async function readSurroundings(api: KubeApi, namespace: string, signal: AbortSignal): Promise<Surroundings> {
  const ours = { labelSelector: `app.kubernetes.io/name=${programName.webhook}` };
  const warnings = { fieldSelector: `type=Warning,source=${programName.webhook}` };
  const [rawPods, rawEvents] = await Promise.all([
    look<List<RawPod>>(api, { path: pods(namespace), query: ours }, signal),
    look<List<RawEvent>>(api, { path: events(namespace), query: warnings }, signal),
  ]);
  return { replicas: mapResult(rawPods, viewPods), warnings: mapResult(rawEvents, viewEvents) };
}

interface List<T> {
  readonly items?: readonly T[] | null;
}

interface RawPod {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly phase?: string };
}

function viewPods({ items }: List<RawPod>): readonly string[] {
  return (items ?? []).filter(({ status }) => status?.phase === 'Running').map(({ metadata }) => metadata.name);
}

interface RawEvent {
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string | null;
  readonly involvedObject?: { readonly kind?: string; readonly name?: string };
}

function viewEvents({ items }: List<RawEvent>): readonly WarningView[] {
  const views = (items ?? []).map(({ reason = '', message = '', lastTimestamp, involvedObject = {} }) => {
    const { kind = '', name = '' } = involvedObject;
    return { reason, about: `${kind} ${name}`, message, atMs: Date.parse(lastTimestamp ?? '') };
  });
  return views.sort((a, b) => b.atMs - a.atMs);
}
