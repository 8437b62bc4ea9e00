import { annotation } from '@clb-direct/shared/domain/names.ts';
import { patchType, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import { adoptedKinds, type AdoptedKind } from './adopted-kinds.ts';
import { conditionOf, type Condition, type RawOwner } from './owner-view.ts';

export interface Place {
  readonly api: KubeApi;
  readonly kind: AdoptedKind;
  readonly namespace: string;
  readonly name: string;
  readonly pauseMs: number;
}

/** What the object says about its adoption; null: nothing. */
export interface Asking {
  readonly managed: string | null;
  readonly adopt: string | null;
}

export async function read({ api, kind, namespace, name }: Place, signal: AbortSignal): Promise<RawOwner> {
  return api.call<RawOwner>({ method: 'GET', path: adoptedKinds[kind].path(namespace, name), signal });
}

/** What `ask` overwrites. */
export function askingOf({ metadata: { annotations = {} } }: RawOwner): Asking {
  return { managed: annotations[annotation.managed] ?? null, adopt: annotations[annotation.adopt] ?? null };
}

/** Refused by the API server when the object was made again meanwhile. */
export async function ask(place: Place, uid: string, { managed, adopt }: Asking, signal: AbortSignal): Promise<void> {
  await place.api.call({
    method: 'PATCH',
    path: adoptedKinds[place.kind].path(place.namespace, place.name),
    query: { fieldManager: 'clb-direct-adopt' },
    contentType: patchType.merge,
    body: { metadata: { uid, annotations: { [annotation.managed]: managed, [annotation.adopt]: adopt } } },
    signal,
  });
}

export interface Found {
  readonly condition: Condition | undefined;
}

export interface Wait {
  readonly isEnough: (condition: Condition | undefined) => boolean;
  readonly onNews: (condition: Condition) => void;
  readonly limitMs: number;
}

/** The condition that is enough, or undefined when the time is over. */
export async function untilCondition(
  place: Place,
  { isEnough, onNews, limitMs }: Wait,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const endAtMs = performance.now() + limitMs;
  let said = '';
  for (;;) {
    const condition = conditionOf(await read(place, signal));
    if (isEnough(condition)) return { condition };
    if (condition !== undefined && condition.message !== said) onNews(condition);
    said = condition?.message ?? said;
    if (performance.now() > endAtMs) return undefined;
    await sleep(place.pauseMs, signal);
  }
}
