import { programName, recordLabel } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { listPages } from '@clb-direct/shared/kube/client/list-pages.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { list, type LiveObject } from './objects.ts';
import { partOfUs } from './read-settings.ts';

const defaultNamespace = 'clb-direct';

/**
 * Where clb-direct is installed. An overlay may put it anywhere, also into somebody else's Namespace, so the programs
 * say it and no label of a Namespace; where they are gone, what an uninstall that was cut off has left.
 */
export async function findNamespace(api: KubeApi, asked: string | undefined, signal: AbortSignal): Promise<string> {
  if (asked !== undefined) return confirmed(api, asked, signal);
  for (const look of [namespacesOfDeployments, namespacesOfAccounts, namespacesOfRemains]) {
    const [found, ...more] = await look(api, signal);
    if (found === undefined) continue;
    if (more.length === 0) return found;
    const all = [found, ...more].join(', ');
    throw new Error(`name one namespace with --namespace, because clb-direct is in more than one: ${all}`);
  }
  return defaultNamespace;
}

/** One that is misspelt must not let the roles be taken from programs that run in another. */
async function confirmed(api: KubeApi, asked: string, signal: AbortSignal): Promise<string> {
  const running = await namespacesOfDeployments(api, signal);
  if (running.length === 0 || running.includes(asked)) return asked;
  const looks = [namespacesOfAccounts, namespacesOfRemains, labelledNamespaces];
  const found = await Promise.all(looks.map(async (look) => look(api, signal)));
  if (found.flat().includes(asked)) return asked;
  const where = running.join(', ');
  throw new Error(`name another namespace with --namespace: nothing of clb-direct is in ${asked}, it runs in ${where}`);
}

/** Our own Deployments by their names: the label alone may be on a thing that somebody put beside them. */
export async function namespacesOfDeployments(api: KubeApi, signal: AbortSignal): Promise<readonly string[]> {
  return namespacesOfPrograms(api, paths.deployments(), signal);
}

async function namespacesOfAccounts(api: KubeApi, signal: AbortSignal): Promise<readonly string[]> {
  return namespacesOfPrograms(api, paths.serviceAccounts(), signal);
}

async function namespacesOfPrograms(api: KubeApi, path: string, signal: AbortSignal): Promise<readonly string[]> {
  const names: readonly string[] = Object.values(programName);
  const found = await list(api, { path, labelSelector: partOfUs }, signal);
  return namespacesOf(found.filter(({ metadata }) => names.includes(metadata.name)));
}

/** Settings, records, and Namespaces that are being deleted. */
async function namespacesOfRemains(api: KubeApi, signal: AbortSignal): Promise<readonly string[]> {
  const { name, ...kinds } = recordLabel;
  const selectors = [partOfUs, ...Object.values(kinds).map((kind) => `${name}=${kind}`)];
  const found = await Promise.all(selectors.map(async (labelSelector) => listConfigMaps(api, labelSelector, signal)));
  const ending = (await labelled(api, signal)).filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  return [...new Set([...namespacesOf(found.flat()), ...ending.map(({ metadata }) => metadata.name)])];
}

/** With our label; one that we have nothing in stays. */
export async function labelledNamespaces(api: KubeApi, signal: AbortSignal): Promise<readonly string[]> {
  return (await labelled(api, signal)).map(({ metadata }) => metadata.name);
}

async function labelled(api: KubeApi, signal: AbortSignal): Promise<readonly LiveObject[]> {
  return list(api, { path: paths.namespaces(), labelSelector: partOfUs }, signal);
}

function namespacesOf(objects: readonly LiveObject[]): readonly string[] {
  return [...new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))];
}

/** A ConfigMap may have 1 MiB. */
const pageSize = 50;

async function listConfigMaps(api: KubeApi, labelSelector: string, signal: AbortSignal) {
  const found: LiveObject[] = [];
  const options = { api, path: paths.configMaps(), query: { labelSelector }, pageSize, signal };
  await listPages({ ...options, onPage: () => undefined }, (raw) => {
    const { metadata } = raw as LiveObject;
    found.push({ metadata });
  });
  return found;
}
