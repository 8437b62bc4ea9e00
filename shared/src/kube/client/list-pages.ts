import { isTooLarge, type KubeApi, type Query } from './kube-api.ts';
import { versionOf } from './resource-version.ts';

interface Page {
  readonly metadata?: { readonly continue?: string; readonly resourceVersion?: string };
  readonly items?: readonly unknown[] | null;
}

/** Parsed, an answer may take twenty times as much: a list of empty objects. */
const mostBytes = 8 * 1024 * 1024;

interface Paging {
  readonly api: KubeApi;
  readonly path: string;
  readonly query: Query;
  readonly pageSize: number;
  readonly signal: AbortSignal;
  readonly onPage: () => void;
}

/**
 * Reads a whole collection page by page and gives each object away at once, so that never more than one page of raw
 * objects is in memory, and of large objects a few: people may write any number of these. Answers the resource version
 * from which a watch goes on. An expired token is a KubeError 410.
 */
export async function listPages(options: Paging, take: (raw: unknown) => void): Promise<string> {
  let [next, limit]: [string | undefined, number] = [undefined, options.pageSize];
  for (;;) {
    const page = await pageOf(options, limit, next);
    options.onPage();
    if (page === 'too-large') {
      limit = Math.ceil(limit / 4);
      continue;
    }
    page.items?.forEach(take);
    next = page.metadata?.continue;
    if (next === undefined || next === '') return versionOf(page) ?? '';
    limit = Math.min(options.pageSize, Math.ceil(limit * 1.25));
  }
}

/** One object is read whatever its size. */
async function pageOf({ api, path, signal, ...asked }: Paging, limit: number, next: string | undefined) {
  const query = { ...asked.query, limit, continue: next };
  const bound = limit === 1 ? undefined : mostBytes;
  return api.call<Page>({ method: 'GET', path, query, signal, mostBytes: bound }).catch((error: unknown) => {
    if (isTooLarge(error)) return 'too-large' as const;
    throw error;
  });
}
