import { createGateWriter } from '@clb-direct/controller/kube/gate-writer.ts';
import { releaseAll } from '@clb-direct/controller/uninstall/release.ts';
import { createServiceWriter } from '@clb-direct/controller/kube/service-writer.ts';
import { programName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { giveUpRights } from '@clb-direct/shared/kube/uninstall/retained-rights.ts';
import { namespace as namespacePath, pods as podsPath } from '@clb-direct/shared/kube/client/paths.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { find, list, remove, type LiveObject } from './objects.ts';
import { isOurs, type Part } from './read-install.ts';
import { untilEmpty } from './until-empty.ts';
import { readWorld, type World } from './world.ts';

export interface Performance {
  readonly api: KubeApi;
  /** Tells people what is being done. */
  readonly say: (line: string) => void;
  readonly log: Log;
}

const endingLimitMs = 30_000;
/** A pod's grace and a little more. */
const podsLimitMs = 60_000;
const namespaceLimitMs = 120_000;

/**
 * Uninstalls, step by step; each step may be done already, and what fails keeps no other from being tried. Gives what could
 * not be done, one sentence each.
 */
export async function uninstall(world: World, o: Performance, signal: AbortSignal): Promise<readonly string[]> {
  const failures: string[] = [];
  const { install } = world;
  if (install.workingControllers > 0) await waitForEnding(world, o, signal);
  // First whoever would put things back; they tidy up behind themselves, as far as they are able to.
  const removed = await removeAll(install.deployments, { ...o, failures }, signal);
  await removeAll(install.registration, { ...o, failures }, signal);
  if (removed > 0) await waitForPods(install.namespace, o, signal);
  const left = await readWorld({ ...o, known: install.settings }, signal);
  await removeAll(left.install.registration, { ...o, failures }, signal);
  failures.push(...(await letEverythingGo(left, o, signal)));
  const isGoing = (await removeAll(left.install.home, { ...o, failures }, signal)) > 0;
  await removeAll(left.install.rights, { ...o, failures }, signal);
  await layDownRights(install.namespace, o, signal);
  if (isGoing) failures.push(...(await waitForNamespace(install.namespace, o, signal)));
  return failures;
}

/** Gives how many of them go. */
async function removeAll(
  parts: readonly Part[],
  o: Performance & { readonly failures: string[] },
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  for (const { what, path } of parts) {
    try {
      await remove(o.api, path, signal);
      removed += 1;
      o.say(`removed ${what}`);
    } catch (error) {
      signal.throwIfAborted();
      o.failures.push(`${what}: ${messageOf(error)}`);
    }
  }
  return removed;
}

async function waitForEnding({ ending, install }: World, o: Performance, signal: AbortSignal): Promise<void> {
  const look = async () => (await readWorld({ ...o, known: install.settings }, signal)).ending;
  const say = (keys: readonly string[]) =>
    o.say(`waiting for the controller to take the listeners of ${keys.join(', ')} off`);
  if (ending.length > 0) await untilEmpty({ look, say, limitMs: endingLimitMs }, signal);
}

async function waitForPods(namespace: string, { api, say }: Performance, signal: AbortSignal): Promise<void> {
  const look = async () => (await list(api, { path: podsPath(namespace) }, signal)).filter(isOurs).map(nameOf);
  const tell = (names: readonly string[]) => say(`waiting for the farewell of ${names.join(', ')}`);
  const left = await untilEmpty({ look, say: tell, limitMs: podsLimitMs }, signal);
  if (left.length > 0) say(`going on without them: ${left.join(', ')}`);
}

function nameOf({ metadata }: LiveObject): string {
  return metadata.name;
}

async function letEverythingGo(
  { farewell, install }: World,
  { api, say }: Performance,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const parts = {
    gates: createGateWriter(api, install.settings.gateType),
    services: createServiceWriter(api),
    onOpened: ({ key }: { readonly key: string }) => say(`opened the gate of Pod ${key}`),
    onReleased: ({ key }: { readonly key: string }) => say(`took our finalizer off Service ${key}`),
  };
  const stuck = await releaseAll(farewell, parts, signal);
  signal.throwIfAborted();
  return stuck.map(({ what, error }) => `${what}: ${messageOf(error)}`);
}

async function layDownRights(namespace: string, { api, log }: Performance, signal: AbortSignal): Promise<void> {
  for (const program of Object.values(programName)) {
    await giveUpRights({ api, program, namespace, log, signal });
  }
}

interface Namespace {
  readonly status?: { readonly conditions?: readonly { type: string; status: string; message?: string }[] };
}

/** What keeps a namespace from going stands in its conditions. */
async function waitForNamespace(namespace: string, { api, say }: Performance, signal: AbortSignal) {
  let why: readonly string[] = [];
  const look = async () => {
    const found = await find<Namespace>(api, namespacePath(namespace), signal);
    const conditions = (found?.status?.conditions ?? []).filter(({ status }) => status === 'True');
    why = conditions.map(({ message = '' }) => message);
    return found === undefined ? [] : [namespace];
  };
  const tell = () => say(`waiting for Namespace ${namespace} to go`);
  const left = await untilEmpty({ look, say: tell, limitMs: namespaceLimitMs }, signal);
  return left.length === 0 ? [] : [`Namespace ${namespace} is still going: ${why.join(' ')}`];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
