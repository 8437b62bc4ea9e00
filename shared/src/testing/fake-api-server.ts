import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { placeOf, type FakeObject } from './fake-objects.ts';
import { FakeRefusal, FakeStore } from './fake-store.ts';
import { FakeWatches } from './fake-watches.ts';

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What goes wrong, for which requests (default: all) and how often (default: once). */
export interface FakeFault {
  readonly matches?: (request: FakeRequest) => boolean;
  readonly times?: number;
  /** Instead of the answer, or after the request took effect if `afterEffect`. */
  readonly answer:
    { status: number; headers?: Record<string, string>; body?: string } | 'reset' | 'never' | { delayMs: number };
  readonly afterEffect?: boolean;
}

interface TlsPair {
  readonly key: string;
  readonly cert: string;
}

export interface FakeApiServer {
  readonly url: string;
  readonly kubeconfigPath: string;
  readonly tokenPath: string;
  readonly store: FakeStore;
  readonly watches: FakeWatches;
  readonly requests: FakeRequest[];
  /** Connections accepted so far. */
  readonly connections: number;
  fail(fault: FakeFault): void;
  /** Serves with another certificate from now on; open connections are cut. */
  changeCertificate(pair: TlsPair): void;
  /** Forgets all faults. */
  heal(): void;
  /** Creates an object as another client would. */
  create(path: string, object: FakeObject): FakeObject;
  close(): Promise<void>;
}

/** A tiny API server with resource versions, for tests that must inject failures. The real one serves in e2e. */
export async function startFakeApiServer(tls?: TlsPair): Promise<FakeApiServer> {
  const store = new FakeStore();
  const watches = new FakeWatches(store);
  const requests: FakeRequest[] = [];
  const faults: { fault: FakeFault; left: number }[] = [];
  let connections = 0;
  const answer = createAnswer({ store, watches, requests, faults });
  const listener: RequestListener = (request, response) => void answer(request, response);
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.on('connection', () => (connections += 1));
  const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${await listen(server)}`;
  const files = await writeFiles(url, tls?.cert);
  return {
    url,
    ...files,
    store,
    watches,
    requests,
    get connections() {
      return connections;
    },
    fail: (fault) => faults.push({ fault, left: fault.times ?? 1 }),
    changeCertificate: (pair) => {
      if ('setSecureContext' in server) server.setSecureContext(pair);
      server.closeAllConnections();
    },
    heal: () => faults.splice(0),
    create: (path, object) => store.create(placeOf(path), object),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(join(files.kubeconfigPath, '..'), { recursive: true });
    },
  };
}

interface World {
  readonly store: FakeStore;
  readonly watches: FakeWatches;
  readonly requests: FakeRequest[];
  readonly faults: { fault: FakeFault; left: number }[];
}

function createAnswer(world: World) {
  return async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(incoming.url ?? '/', 'http://fake');
    const { method = 'GET', headers } = incoming;
    const request = { method, path: url.pathname, query: url.searchParams, headers, body: await text(incoming) };
    world.requests.push(request);
    const fault = takeFault(world, request);
    if (fault === undefined) {
      serve(world, request, response);
      return;
    }
    if (fault.afterEffect) attempt(world, request);
    if (typeof fault.answer === 'object' && 'delayMs' in fault.answer) {
      setTimeout(() => serve(world, request, response), fault.answer.delayMs);
    } else spoil(fault.answer, response);
  };
}

function takeFault({ faults }: World, request: FakeRequest): FakeFault | undefined {
  const found = faults.find(({ fault, left }) => left > 0 && (fault.matches?.(request) ?? true));
  if (found !== undefined) found.left -= 1;
  return found?.fault;
}

function spoil(
  answer: 'reset' | 'never' | { status: number; headers?: Record<string, string>; body?: string },
  response: ServerResponse,
): void {
  if (answer === 'never') return;
  if (answer === 'reset') response.destroy();
  else response.writeHead(answer.status, answer.headers).end(answer.body ?? 'spoiled by the test');
}

function serve(world: World, request: FakeRequest, response: ServerResponse): void {
  const isWatch = request.query.get('watch') === 'true';
  if (isWatch) {
    world.watches.open(placeOf(request.path), request.query, response);
    return;
  }
  const { status, body } = attempt(world, request);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function attempt(world: World, request: FakeRequest): { status: number; body: unknown } {
  try {
    return { status: request.method === 'POST' ? 201 : 200, body: perform(world, request) };
  } catch (error) {
    if (!(error instanceof FakeRefusal)) throw error;
    const { status: code, reason, message } = error;
    return { status: code, body: { kind: 'Status', status: 'Failure', code, reason, message } };
  }
}

function perform({ store }: World, request: FakeRequest): unknown {
  const place = placeOf(request.path);
  const body = () => JSON.parse(request.body) as FakeObject;
  switch (request.method) {
    case 'POST':
      return store.create(place, body());
    case 'PUT':
      return store.replace(place, body());
    case 'PATCH':
      if (isApply(request) && !store.has(place)) return store.create(place, body());
      return store.patch(place, body());
    case 'DELETE':
      return store.delete(place, preconditionOf(request));
    default:
      return place.name === undefined ? page(store, request) : store.get(place);
  }
}

function preconditionOf({ body }: FakeRequest): string | undefined {
  const { preconditions } = JSON.parse(body || '{}') as { preconditions?: { resourceVersion?: string } };
  return preconditions?.resourceVersion;
}

function isApply({ headers }: FakeRequest): boolean {
  return headers['content-type'] === 'application/apply-patch+yaml';
}

/** The continue token is the version of the first page and the index of the next item. */
function page(store: FakeStore, request: FakeRequest): unknown {
  const [version = store.version, from = 0] =
    (request.query.get('continue') ?? undefined)?.split(':').map(Number) ?? [];
  if (version < store.oldestVersion) throw new FakeRefusal(410, 'Expired');
  const limit = Number(request.query.get('limit') ?? Infinity);
  const all = store.list(placeOf(request.path)).filter(carries(request.query.get('labelSelector')));
  const next = from + limit < all.length ? { continue: `${version}:${from + limit}` } : {};
  return {
    kind: 'List',
    metadata: { resourceVersion: String(version), ...next },
    items: all.slice(from, from + limit),
  };
}

/** Of selectors only `key=value` and `key!=value` are known, by lists and not by watches. */
function carries(selector: string | null): (object: FakeObject) => boolean {
  if (selector === null) return () => true;
  const isNot = selector.includes('!=');
  const [key = '', value] = selector.split(isNot ? '!=' : '=');
  const has = ({ metadata }: FakeObject) => (metadata['labels'] as Record<string, string> | undefined)?.[key] === value;
  return (object) => has(object) !== isNot;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake API server has no port');
  return address.port;
}

async function writeFiles(url: string, ca: string | undefined): Promise<{ kubeconfigPath: string; tokenPath: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'fake-api-server-'));
  const [kubeconfigPath, tokenPath] = [join(folder, 'kubeconfig'), join(folder, 'token')];
  await writeFile(tokenPath, 'token-1\n');
  await writeFile(kubeconfigPath, kubeconfig({ url, ca, tokenPath }));
  return { kubeconfigPath, tokenPath };
}

/** A kubeconfig as JSON, which is YAML. */
export function kubeconfig({ url, ca, tokenPath }: { url: string; ca: string | undefined; tokenPath: string }): string {
  const trust =
    ca === undefined
      ? { 'insecure-skip-tls-verify': true }
      : { 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  const user = { 'auth-provider': { name: 'tokenFile', config: { tokenFile: tokenPath } } };
  return JSON.stringify({
    clusters: [{ name: 'fake', cluster: { server: url, ...trust } }],
    users: [{ name: 'tester', user }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'tester' } }],
    'current-context': 'fake',
  });
}
