import type { KubeApi, Query } from './kube-api.ts';
import { versionOf } from './resource-version.ts';

interface Page {
  readonly metadata?: { readonly continue?: string; readonly resourceVersion?: string };
  readonly items?: readonly unknown[] | null;
}

/**
 * Reads a whole collection page by page and gives each object away at once, so that never more than one page of raw
 * objects is in memory. Answers the resource version from which a watch goes on. An expired token is a KubeError 410.
 */
export async function listPages(
  options: { api: KubeApi; path: string; query: Query; pageSize: number; signal: AbortSignal; onPage: () => void },
  take: (raw: unknown) => void,
): Promise<string> {
  let next: string | undefined;
  for (;;) {
    const query = { ...options.query, limit: options.pageSize, continue: next };
    const page = await options.api.call<Page>({ method: 'GET', path: options.path, query, signal: options.signal });
    options.onPage();
    page.items?.forEach(take);
    next = page.metadata?.continue;
    if (next === undefined || next === '') return versionOf(page) ?? '';
  }
}
