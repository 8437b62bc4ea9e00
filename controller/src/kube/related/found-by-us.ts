import { isDeepStrictEqual } from 'node:util';
import type { ClusterView } from '../../core/model/cluster-port.ts';
import type { ObjectReference, Related, RelatedFacts } from '../../core/model/related-objects.ts';
import type { RelatedWatch } from './related-watch.ts';

/** Both kinds, and how the loops put what they find. */
export function foundByUs(onChange: (reference: ObjectReference) => void) {
  const uploads = new FoundByUs('UploadedCertificate', onChange);
  const groups = new FoundByUs('SourceGroup', onChange);
  const setters: Pick<ClusterView, 'setUpload' | 'setSourceGroup'> = {
    setUpload: (fingerprint, upload) => uploads.put(fingerprint, upload),
    setSourceGroup: (uid, group) => groups.put(uid, group),
  };
  return { watches: [uploads, groups], setters };
}

/** Of no namespace. */
type Kind = 'UploadedCertificate' | 'SourceGroup';

/**
 * What the controller itself finds out in the cloud, as owners refer to it: in memory alone; lost, it costs one look.
 */
export class FoundByUs<K extends Kind> implements RelatedWatch<K> {
  readonly kind: K;
  readonly #facts = new Map<string, RelatedFacts[K]>();
  readonly #onChange: (reference: ObjectReference) => void;

  constructor(kind: K, onChange: (reference: ObjectReference) => void) {
    this.kind = kind;
    this.#onChange = onChange;
  }

  get({ name }: ObjectReference<K>): Related<RelatedFacts[K]> {
    const facts = this.#facts.get(name);
    return facts === undefined ? { state: 'pending' } : { state: 'found', facts };
  }

  put(name: string, facts: RelatedFacts[K] | undefined): void {
    if (isDeepStrictEqual(this.#facts.get(name), facts)) return;
    if (facts === undefined) this.#facts.delete(name);
    else this.#facts.set(name, facts);
    this.#onChange({ kind: this.kind, namespace: '', name });
  }

  start(): void {
    // Owners say what they want in their views.
  }

  stop(): void {
    // What nobody wants is taken back by who put it.
  }

  async settled(): Promise<void> {
    // It waits for nothing that is listed at the start, and nothing waits for it.
  }
}
