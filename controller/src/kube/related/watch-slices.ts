import { endpointSlices } from '@clb-direct/shared/kube/client/paths.ts';
import type { ReflectorOptions } from '@clb-direct/shared/kube/reflector/reflector.ts';
import type { EndpointSlicesFacts, ObjectReference, Related, SliceFacts } from '../../core/model/related-objects.ts';
import { KeyedIndex } from '../keyed-index.ts';
import { AnsweredReflector } from './answered-reflector.ts';
import type { RelatedWatch } from './related-watch.ts';
import { toSliceFacts } from './slice-facts.ts';
import { nameOf, watchFromFirst, type SharedWatch } from './watch-from-first.ts';

export interface WatchSlicesOptions extends Pick<ReflectorOptions<object>, 'api' | 'log' | 'signal' | 'pace'> {
  /** Something else is known of the slices of a Service now. */
  readonly onChange: (reference: ObjectReference) => void;
}

/**
 * Those that Kubernetes itself lists for Services with a selector, nearly all of a cluster, are left out. What it
 * listed for a Service that lost its selector comes back as mirrored ones.
 */
const byOthers = 'endpointslice.kubernetes.io/managed-by!=endpointslice-controller.k8s.io';

type SlicesKind = 'EndpointSlices' | 'AllEndpointSlices';

/**
 * One watch for the EndpointSlices of all namespaces that somebody else than Kubernetes' own controller lists. It
 * begins with the first Service without a selector, so that a cluster that has none pays nothing, and then stays.
 */
export function watchSlices(options: WatchSlicesOptions): RelatedWatch<'EndpointSlices'> {
  const query = { labelSelector: byOthers };
  return watchFromFirst('EndpointSlices', () => new WatchedSlices('EndpointSlices', { ...options, query }));
}

/**
 * The same for all of them, with the nodes that they name. It begins with the first Service whose targets are nodes
 * and that has externalTrafficPolicy Local: one watch more is less than one for each such Service.
 */
export function watchAllSlices(options: WatchSlicesOptions): RelatedWatch<'AllEndpointSlices'> {
  return watchFromFirst('AllEndpointSlices', () => new WatchedSlices('AllEndpointSlices', options));
}

type Options = WatchSlicesOptions & Pick<ReflectorOptions<object>, 'query'>;

class WatchedSlices<K extends SlicesKind> implements SharedWatch<K> {
  readonly settled: Promise<void>;
  /** By namespace/name of the Service. */
  readonly referredTo = new Map<string, ObjectReference>();
  readonly #byService = new KeyedIndex<SliceFacts>(({ service }) => [service]);
  readonly #reflector: AnsweredReflector<SliceFacts>;

  constructor(kind: K, { onChange, ...options }: Options) {
    const tell = (service: string) => {
      const reference = this.referredTo.get(service);
      if (reference !== undefined) onChange(reference);
    };
    const tellSoon = onceEach(tell);
    this.#reflector = new AnsweredReflector<SliceFacts>({
      ...options,
      name: kind,
      path: endpointSlices(),
      toView: toSliceFacts,
      onChange: (name, now, before) => {
        this.#byService.put(name, now, before);
        for (const one of [now, before]) if (one !== undefined) tellSoon(one.service);
      },
      onAnswer: () => [...this.referredTo.keys()].forEach(tell),
    });
    this.settled = this.#reflector.settled;
  }

  get(reference: ObjectReference<K>): Related<EndpointSlicesFacts> {
    const state = this.#reflector.notRead();
    if (state !== undefined) return { state };
    const slices = this.#byService.get(nameOf(reference));
    return slices.length === 0 ? { state: 'missing' } : { state: 'found', facts: { slices } };
  }
}

/** A list delivers the slices of a Service one after the other: they are one change. */
function onceEach(tell: (service: string) => void): (service: string) => void {
  const waiting = new Set<string>();
  const tellAll = () => {
    const services = [...waiting];
    waiting.clear();
    services.forEach(tell);
  };
  return (service) => {
    if (waiting.size === 0) queueMicrotask(tellAll);
    waiting.add(service);
  };
}
