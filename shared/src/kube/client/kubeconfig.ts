import { KubeConfig } from '@kubernetes/client-node';
import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';

/** The file that is named, else what kubectl would read. */
export function readKubeconfig(path: string | undefined): KubeConfig {
  if (path !== undefined) return readFile(path);
  const files = (process.env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  const [first] = files;
  if (first !== undefined) return readFiles(first, files);
  const config = new KubeConfig();
  config.loadFromDefault();
  return config;
}

/**
 * As kubectl merges them, and the client library does not: of two entries with one name the first counts, and so does
 * the first current context. A file that is not there is left out.
 */
function readFiles(first: string, files: readonly string[]): KubeConfig {
  const there = files.filter((file) => existsSync(file));
  if (there.length === 0) return readFile(first);
  const all = there.map(readFile);
  const merged = new KubeConfig();
  merged.loadFromOptions({
    clusters: firstOfEachName(all.flatMap((config) => config.getClusters())),
    users: firstOfEachName(all.flatMap((config) => config.getUsers())),
    contexts: firstOfEachName(all.flatMap((config) => config.getContexts())),
    currentContext: all.map((config) => config.getCurrentContext()).find(isNamed),
  });
  return merged;
}

function readFile(path: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(path);
  return config;
}

function firstOfEachName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  return [...Map.groupBy(entries, ({ name }) => name).values()].flatMap(([first]) => first ?? []);
}

/** The library types it as a text that is always there. */
function isNamed(context: string | undefined): boolean {
  return context !== undefined && context !== '';
}
