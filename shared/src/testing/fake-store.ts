import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { finalizersOf, merged, type FakeChange, type FakeObject, type FakePlace } from './fake-objects.ts';

/** A refusal in the API server's words. */
export class FakeRefusal extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message = `the fake API server says ${reason}`) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** Objects of any kind with one resource version over all, as etcd counts. */
export class FakeStore {
  readonly changes: FakeChange[] = [];
  readonly changed = new EventEmitter().setMaxListeners(0);
  /** Watches from before this version get 410. */
  oldestVersion = 0;
  #version = 1;
  readonly #objects = new Map<string, FakeObject>();

  get version(): number {
    return this.#version;
  }

  list({ collection, namespace }: FakePlace): FakeObject[] {
    const prefix = namespace === undefined ? `${collection}|` : `${collection}|${namespace}/`;
    return [...this.#objects].filter(([key]) => key.startsWith(prefix)).map(([, object]) => object);
  }

  get(place: FakePlace): FakeObject {
    const object = this.#objects.get(keyOf(place));
    if (object === undefined) throw new FakeRefusal(404, 'NotFound');
    return object;
  }

  has(place: FakePlace): boolean {
    return this.#objects.has(keyOf(place));
  }

  create(place: FakePlace, body: FakeObject): FakeObject {
    const target = { ...place, name: place.name ?? body.metadata.name };
    if (this.#objects.has(keyOf(target))) throw new FakeRefusal(409, 'AlreadyExists');
    const namespace = place.namespace ?? body.metadata.namespace;
    const metadata = { ...body.metadata, ...(namespace === undefined ? {} : { namespace }), uid: randomUUID() };
    return this.#put(target, 'ADDED', { ...body, metadata });
  }

  replace(place: FakePlace, body: FakeObject): FakeObject {
    const before = this.get(place);
    refuseOutdated(before, body);
    return this.#put(place, 'MODIFIED', { ...body, metadata: { ...before.metadata, ...body.metadata } });
  }

  patch(place: FakePlace, patch: FakeObject): FakeObject {
    const before = this.get(place);
    refuseOtherUid(before, patch);
    refuseOutdated(before, patch);
    const after = merged(before, patch) as FakeObject;
    const isOver = after.metadata['deletionTimestamp'] !== undefined && finalizersOf(after.metadata).length === 0;
    return this.#put(place, isOver ? 'DELETED' : 'MODIFIED', after);
  }

  /** What has finalizers only begins to go. */
  delete(place: FakePlace, resourceVersion?: string): FakeObject {
    const object = this.get(place);
    if (resourceVersion !== undefined) refuseOutdated(object, { metadata: { ...object.metadata, resourceVersion } });
    if (finalizersOf(object.metadata).length === 0) return this.#put(place, 'DELETED', object);
    const metadata = { deletionTimestamp: new Date().toISOString(), ...object.metadata };
    return this.#put(place, 'MODIFIED', { ...object, metadata });
  }

  #put(place: FakePlace, type: FakeChange['type'], value: FakeObject): FakeObject {
    this.#version += 1;
    const object = { ...value, metadata: { ...value.metadata, resourceVersion: String(this.#version) } };
    if (type === 'DELETED') this.#objects.delete(keyOf(place));
    else this.#objects.set(keyOf(place), object);
    const change = { version: this.#version, collection: place.collection, type, object };
    this.changes.push(change);
    this.changed.emit('change', change);
    return object;
  }
}

function keyOf({ collection, namespace, name }: FakePlace): string {
  return `${collection}|${namespace ?? ''}/${name ?? ''}`;
}

function refuseOutdated(before: FakeObject, given: Partial<FakeObject>): void {
  const { resourceVersion, uid } = given.metadata ?? {};
  const isOutdated = resourceVersion !== undefined && resourceVersion !== before.metadata.resourceVersion;
  if (isOutdated || (uid !== undefined && uid !== before.metadata.uid)) throw new FakeRefusal(409, 'Conflict');
}

/**
 * A real API server takes the UID of a patch for a change of an immutable field, and that of a PUT for a precondition.
 */
function refuseOtherUid(before: FakeObject, { metadata }: Partial<FakeObject>): void {
  const isOther = metadata?.uid !== undefined && metadata.uid !== before.metadata.uid;
  if (isOther) throw new FakeRefusal(422, 'Invalid', 'metadata.uid: field is immutable');
}
