import { KubeError, patchType, type KubeApi, type KubeCall } from '@clb-direct/shared/kube/client/kube-api.ts';

type Json = Record<string, unknown> & { metadata: Record<string, unknown> };

/** A few objects by path, as an API server keeps them, and every call that was made. */
export interface MemoryApi extends KubeApi {
  readonly objects: Map<string, Json>;
  readonly calls: KubeCall[];
  /** Called before each call; may throw, and may change objects as another writer would. */
  before: (call: KubeCall) => void;
  /** Changes an object as it is written, as servers do with fields that they do not know. */
  onWrite: (object: Json) => Json;
}

/** Merge patch is the only patch beside server-side apply by a single owner; versions and preconditions count. */
export function createMemoryApi(): MemoryApi {
  const objects = new Map<string, Json>();
  const calls: KubeCall[] = [];
  const api: MemoryApi = {
    objects,
    calls,
    before: () => undefined,
    onWrite: (object) => object,
    call: <T>(call: KubeCall) => Promise.resolve().then(() => answer(call) as T),
    watch: () => {
      throw new Error('watches are not supported');
    },
    close: () => Promise.resolve(),
  };
  const handlers = createHandlers(objects, (object) => api.onWrite(object));

  function answer(call: KubeCall): Json {
    calls.push(call);
    api.before(call);
    return handlers[call.method](call);
  }

  return api;
}

function createHandlers(objects: Map<string, Json>, onWrite: (object: Json) => Json) {
  let version = 0;

  function put(path: string, object: Json): Json {
    version += 1;
    const uid = object.metadata['uid'] ?? `uid-${version}`;
    const written = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(version) } };
    objects.set(path, onWrite(written));
    return get(path);
  }

  function get(path: string): Json {
    const found = objects.get(path);
    if (found === undefined) throw new KubeError({ status: 404, reason: 'NotFound', message: `${path} not found` });
    return JSON.parse(JSON.stringify(found)) as Json;
  }

  function create(call: KubeCall): Json {
    const body = call.body as Json;
    const path = `${call.path}/${String(body.metadata['name'])}`;
    if (objects.has(path)) throw new KubeError({ status: 409, reason: 'AlreadyExists', message: path });
    return put(path, body);
  }

  function replace(call: KubeCall): Json {
    const body = call.body as Json;
    checkPreconditions(get(call.path), body.metadata);
    return put(call.path, body);
  }

  function patch(call: KubeCall): Json {
    const body = call.body as Json;
    if (call.contentType === patchType.apply && !objects.has(call.path)) return put(call.path, body);
    const live = get(call.path);
    checkPreconditions(live, body.metadata);
    return put(call.path, merged(live, body) as Json);
  }

  function remove(call: KubeCall): Json {
    const live = get(call.path);
    checkPreconditions(live, (call.body as { preconditions?: Record<string, unknown> } | undefined)?.preconditions);
    objects.delete(call.path);
    return live;
  }

  return { GET: ({ path }: KubeCall) => get(path), POST: create, PUT: replace, PATCH: patch, DELETE: remove };
}

function checkPreconditions(live: Json, wanted: Record<string, unknown> = {}): void {
  for (const field of ['uid', 'resourceVersion']) {
    if (wanted[field] !== undefined && wanted[field] !== live.metadata[field]) {
      throw new KubeError({ status: 409, reason: 'Conflict', message: `${field} differs` });
    }
  }
}

function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const base = typeof target === 'object' && target !== null && !Array.isArray(target) ? target : {};
  const result: Record<string, unknown> = { ...base };
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, field);
    else result[field] = merged(result[field], value);
  }
  return result;
}
