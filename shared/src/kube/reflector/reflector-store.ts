import { isDeepStrictEqual } from 'node:util';
import type { Log } from '../../runtime/logger.ts';

/** The kept views and what becomes of them; it knows nothing of lists and watches. */
export interface ReflectorStore<T> {
  readonly items: ReadonlyMap<string, T>;
  /** One object as it is now, in the server's form. */
  apply(raw: unknown): void;
  remove(raw: unknown): void;
  /** The whole list as it is now, in views; what is not in it is gone. */
  replace(list: ReadonlyMap<string, T>): void;
  /** The view of one object of a list, put into the list. */
  collect(raw: unknown, list: Map<string, T>): void;
}

export interface ReflectorStoreOptions<T> {
  /** Keeps only the used fields; undefined leaves the object out. */
  readonly toView: (raw: unknown) => T | undefined;
  /** Of an object of which `toView` throws, and that has no view yet; left out: it is left out too. Never throws. */
  readonly unreadView?: (raw: unknown) => T | undefined;
  /** Called after items was updated, only when the view really changed. */
  readonly onChange: (key: string, now: T | undefined, before: T | undefined) => void;
  readonly log: Log;
}

export function createReflectorStore<T>({
  toView,
  unreadView,
  onChange,
  log,
}: ReflectorStoreOptions<T>): ReflectorStore<T> {
  const items = new Map<string, T>();

  function deliver(key: string, now: T | undefined, before: T | undefined): void {
    try {
      onChange(key, now, before);
    } catch (error) {
      log.error({ key, err: error }, 'change handler failed');
    }
  }

  /** An object that cannot be read keeps its last view: better old than taken for deleted. */
  function viewOf(key: string, raw: unknown): T | undefined {
    try {
      return toView(raw);
    } catch (error) {
      log.error({ key, err: error }, 'object cannot be read');
      return items.get(key) ?? unreadView?.(raw);
    }
  }

  function change(key: string, now: T | undefined): void {
    const before = items.get(key);
    if (put(items, key, now)) deliver(key, now, before);
  }

  function withKey(raw: unknown, use: (key: string) => void): void {
    const key = keyOf(raw);
    if (key === undefined) log.error('object without a name in a list or watch');
    else use(key);
  }

  return {
    items,
    apply: (raw) => withKey(raw, (key) => change(key, viewOf(key, raw))),
    remove: (raw) => withKey(raw, (key) => change(key, undefined)),
    replace: (list) => {
      const known = new Map(items);
      const changed = [...new Set([...known.keys(), ...list.keys()])].filter((key) => put(items, key, list.get(key)));
      for (const key of changed) deliver(key, list.get(key), known.get(key));
    },
    collect: (raw, list) =>
      withKey(raw, (key) => {
        const view = viewOf(key, raw);
        if (view !== undefined) list.set(key, view);
      }),
  };
}

/** Whether anything changed that we read. */
function put<T>(items: Map<string, T>, key: string, now: T | undefined): boolean {
  if (isSame(items.get(key), now)) return false;
  if (now === undefined) items.delete(key);
  else items.set(key, now);
  return true;
}

/** What is too deep to be compared may have changed. */
function isSame(before: unknown, now: unknown): boolean {
  try {
    return isDeepStrictEqual(before, now);
  } catch {
    return false;
  }
}

function keyOf(raw: unknown): string | undefined {
  const { namespace, name } = (raw as { metadata?: { namespace?: string; name?: string } } | null)?.metadata ?? {};
  if (name === undefined) return undefined;
  return namespace === undefined ? name : `${namespace}/${name}`;
}
