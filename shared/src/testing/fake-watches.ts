import type { ServerResponse } from 'node:http';
import type { FakeChange, FakePlace } from './fake-objects.ts';
import type { FakeStore } from './fake-store.ts';

/** The open watches of the fake API server. */
export class FakeWatches {
  /** Half-open: connections stay, but nothing is sent. */
  isSilent = false;
  readonly #open = new Set<ServerResponse>();
  readonly #store: FakeStore;

  constructor(store: FakeStore) {
    this.#store = store;
  }

  get size(): number {
    return [...this.#open].filter((response) => !response.writableEnded).length;
  }

  open(place: FakePlace, query: URLSearchParams, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const from = Number(query.get('resourceVersion'));
    if (from < this.#store.oldestVersion) {
      this.#expire(response);
      return;
    }
    const send = (change: FakeChange) => {
      if (matches({ ...place, name: selectedName(query) ?? place.name }, change))
        this.#send(response, change.type, change.object);
    };
    this.#store.changes.filter((change) => change.version > from).forEach(send);
    this.#store.changed.on('change', send);
    this.#open.add(response);
    const ending = setTimeout(() => response.end(), Number(query.get('timeoutSeconds') ?? 300) * 1_000);
    response.on('close', () => {
      clearTimeout(ending);
      this.#store.changed.off('change', send);
      this.#open.delete(response);
    });
  }

  bookmark(): void {
    const metadata = { resourceVersion: String(this.#store.version) };
    for (const response of this.#open) this.#send(response, 'BOOKMARK', { metadata });
  }

  /** Forgets the history: open watches end with 410, later ones from before now too. */
  expire(): void {
    this.#store.oldestVersion = this.#store.version;
    for (const response of this.#open) this.#expire(response);
  }

  /** Breaks all connections in the middle of the stream. */
  cut(): void {
    for (const response of this.#open) response.destroy();
  }

  end(): void {
    for (const response of this.#open) response.end();
  }

  #expire(response: ServerResponse): void {
    this.#send(response, 'ERROR', {
      kind: 'Status',
      code: 410,
      reason: 'Expired',
      message: 'too old resource version',
    });
    response.end();
  }

  #send(response: ServerResponse, type: string, object: unknown): void {
    if (!this.isSilent && !response.writableEnded) response.write(`${JSON.stringify({ type, object })}\n`);
  }
}

/** Of field selectors only that of a name is known. */
export function selectedName(query: URLSearchParams): string | undefined {
  return /^metadata\.name=(.+)$/.exec(query.get('fieldSelector') ?? '')?.[1];
}

function matches(place: FakePlace, change: FakeChange): boolean {
  const { namespace, name } = change.object.metadata;
  if (place.collection !== change.collection) return false;
  return (place.namespace ?? namespace) === namespace && (place.name ?? name) === name;
}
