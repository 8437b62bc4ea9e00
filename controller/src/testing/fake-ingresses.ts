import type { FinalizerHolder, Shown } from '../core/model/cluster-port.ts';
import { ownerKey, type Owner } from '../core/model/owner.ts';
import type { OwnerCondition } from '../core/model/owner-condition.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { RelatedObjects } from '../core/model/related-objects.ts';
import type { IngressFacts } from '../core/sources/ingress/ingress-facts.ts';
import { readIngress } from '../core/sources/ingress/read-ingress.ts';

type Put = (key: string, now: OwnerView | undefined) => void;

/** The Ingresses of a cluster in memory; a key is namespace/name. */
export class FakeIngresses {
  readonly #facts = new Map<string, IngressFacts>();
  readonly #related: RelatedObjects;
  readonly #put: Put;

  constructor(related: RelatedObjects, put: Put) {
    this.#related = related;
    this.#put = put;
  }

  get(key: string): IngressFacts | undefined {
    return this.#facts.get(key);
  }

  put(facts: IngressFacts): void {
    this.#facts.set(`${facts.namespace}/${facts.name}`, facts);
    this.#put(ownerKey({ kind: 'Ingress', ...facts }), readIngress(facts, this.#related));
  }

  change(key: string, overrides: Partial<IngressFacts>): void {
    const facts = this.#facts.get(key);
    if (facts !== undefined) this.put({ ...facts, ...overrides });
  }

  /** `kubectl delete ingress`: it is ending until its finalizer goes. */
  delete(key: string): void {
    if (this.get(key)?.hasFinalizer === true) this.change(key, { ending: true });
    else this.#remove(key);
  }

  show(owner: FinalizerHolder, { balancerIds, finalizer, inUse }: Shown): void {
    const now = this.#written(owner);
    if (now === undefined) return;
    if (now.ending && !finalizer) this.#remove(`${now.namespace}/${now.name}`);
    else {
      this.put({ ...now, recordedLoadBalancers: balancerIds, shownInUse: inUse, hasFinalizer: finalizer });
    }
  }

  publish(owner: Owner, addresses: readonly string[]): void {
    const now = this.#written(owner);
    if (now !== undefined) this.put({ ...now, ingress: addresses });
  }

  setCondition(owner: Owner, condition: OwnerCondition | undefined): void {
    const now = this.#written(owner);
    if (now !== undefined) this.put({ ...now, condition });
  }

  #written({ namespace, name, uid }: Owner): IngressFacts | undefined {
    const now = this.get(`${namespace}/${name}`);
    return now?.uid === uid ? now : undefined;
  }

  #remove(key: string): void {
    this.#facts.delete(key);
    this.#put(`Ingress/${key}`, undefined);
  }
}
