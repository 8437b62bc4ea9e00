import { nodes } from '@clb-direct/shared/kube/client/paths.ts';
import type { ReflectorOptions } from '@clb-direct/shared/kube/reflector/reflector.ts';
import type { NodeFacts } from '../../core/model/node.ts';
import type { ObjectReference, Related, RelatedFacts } from '../../core/model/related-objects.ts';
import { AnsweredReflector } from './answered-reflector.ts';
import { toNodeFacts } from './node-facts.ts';
import type { RelatedWatch } from './related-watch.ts';
import { watchFromFirst, type SharedWatch } from './watch-from-first.ts';

export interface WatchNodesOptions extends Pick<ReflectorOptions<object>, 'api' | 'log' | 'signal' | 'pace'> {
  /** Something else is known of the nodes now. */
  readonly onChange: (reference: ObjectReference) => void;
}

/** One watch for all nodes. It begins with the first Service whose targets are nodes, and then stays. */
export function watchNodes(options: WatchNodesOptions): RelatedWatch<'Nodes'> {
  return watchFromFirst<'Nodes'>('Nodes', () => new WatchedNodes(options));
}

class WatchedNodes implements SharedWatch<'Nodes'> {
  readonly settled: Promise<void>;
  readonly referredTo = new Map<string, ObjectReference>();
  readonly #reflector: AnsweredReflector<NodeFacts>;

  constructor({ onChange, ...options }: WatchNodesOptions) {
    const tell = () => {
      for (const reference of this.referredTo.values()) onChange(reference);
    };
    this.#reflector = new AnsweredReflector<NodeFacts>({
      ...options,
      name: 'Nodes',
      path: nodes(),
      toView: toNodeFacts,
      onChange: tell,
      onAnswer: tell,
    });
    this.settled = this.#reflector.settled;
  }

  get(): Related<RelatedFacts['Nodes']> {
    const state = this.#reflector.notRead();
    return state === undefined ? { state: 'found', facts: { nodes: [...this.#reflector.items.values()] } } : { state };
  }
}
