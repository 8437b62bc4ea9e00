import { createGateWriter } from '@clb-direct/controller/kube/gate-writer.ts';
import { createOwnerWriter } from '@clb-direct/controller/kube/owner-writer.ts';
import { describeOwner, type Owner } from '@clb-direct/controller/core/model/owner.ts';
import { releaseAll } from '@clb-direct/controller/uninstall/release.ts';
import { programName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { namespace as namespacePath, pods as podsPath } from '@clb-direct/shared/kube/client/paths.ts';
import { giveUpRights } from '@clb-direct/shared/kube/uninstall/retained-rights.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { failureOf, type Failure } from './failure.ts';
import { partsOutside, readClusterState, type ClusterState } from './cluster-state.ts';
import { find, list, remove, type LiveObject } from './objects.ts';
import type { Part } from './parts.ts';
import { isOurs, knownOf } from './read-install.ts';
import { untilEmpty } from './until-empty.ts';

export interface UninstallOptions {
  readonly api: KubeApi;
  /** Prints progress. */
  readonly say: (line: string) => void;
  readonly log: Log;
  /** Told before anything is destroyed that the state was read from. */
  readonly onSeen: (state: ClusterState) => void;
}

const endingLimitMs = 30_000;
/** A little more than the grace period of a pod. */
const podsLimitMs = 60_000;
const namespaceLimitMs = 120_000;

/**
 * Uninstalls step by step. Each step may be done already, and a failure stops none of the others. Returns what could
 * not be done.
 */
export async function uninstall(
  state: ClusterState,
  o: UninstallOptions,
  signal: AbortSignal,
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  const { install } = state;
  o.onSeen(await waitForEnding(state, o, signal));
  // First the programs, which would repair what is removed. They clean up themselves, as far as they can.
  const removed = await removeAll(install.deployments, { ...o, failures }, signal);
  await removeAll(install.registration, { ...o, failures }, signal);
  if (removed > 0) await waitForPods(install.namespace, o, signal);
  const left = await readClusterState({ ...o, known: knownOf(install) }, signal);
  o.onSeen(left);
  await removeAll(left.install.registration, { ...o, failures }, signal);
  failures.push(...(await release(left, o, signal)));
  const isRemoved = (await removeAll(left.install.namespaceParts, { ...o, failures }, signal)) > 0;
  await removeAll(partsOutside(left.install), { ...o, failures }, signal);
  await giveUpAllRights(install.namespace, o, signal);
  if (isRemoved && !left.install.keepsNamespace)
    failures.push(...(await waitForNamespace(install.namespace, o, signal)));
  return failures;
}

/** Returns how many of them were removed. */
async function removeAll(
  parts: readonly Part[],
  o: UninstallOptions & { readonly failures: Failure[] },
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
      o.failures.push(failureOf({ key: path, what }, error));
    }
  }
  return removed;
}

/** The state as it was last seen. Nobody else deletes the listeners of an owner that is being deleted. */
async function waitForEnding(state: ClusterState, o: UninstallOptions, signal: AbortSignal): Promise<ClusterState> {
  let seen = state;
  const look = async () => {
    seen = await readClusterState({ ...o, known: knownOf(state.install) }, signal);
    return seen.ending.map(({ namespace, name }) => `${namespace}/${name}`);
  };
  const say = (keys: readonly string[]) =>
    o.say(`waiting for the controller to delete the listeners of ${keys.join(', ')}`);
  const isWorthIt = state.install.workingControllers > 0 && state.ending.length > 0;
  if (isWorthIt) await untilEmpty({ look, say, limitMs: endingLimitMs }, signal);
  return seen;
}

async function waitForPods(namespace: string, { api, say }: UninstallOptions, signal: AbortSignal): Promise<void> {
  const look = async () => (await list(api, { path: podsPath(namespace) }, signal)).filter(isOurs).map(nameOf);
  const sayLeft = (names: readonly string[]) => say(`waiting for ${names.join(', ')} to clean up and end`);
  const left = await untilEmpty({ look, say: sayLeft, limitMs: podsLimitMs }, signal);
  if (left.length > 0) say(`continuing without waiting for ${left.join(', ')}`);
}

function nameOf({ metadata }: LiveObject): string {
  return metadata.name;
}

async function release(
  { plan, install }: ClusterState,
  { api, say }: UninstallOptions,
  signal: AbortSignal,
): Promise<readonly Failure[]> {
  const parts = {
    gates: createGateWriter(api, install.settings.gateType),
    owners: createOwnerWriter(api),
    onOpened: ({ key }: { readonly key: string }) => say(`opened the gate of Pod ${key}`),
    onReleased: (owner: Owner) => say(`removed our finalizer from ${describeOwner(owner)}`),
  };
  const failures = await releaseAll(plan, parts, signal);
  signal.throwIfAborted();
  return failures.map(({ release, error }) => failureOf(release, error));
}

async function giveUpAllRights(namespace: string, { api, log }: UninstallOptions, signal: AbortSignal): Promise<void> {
  for (const program of Object.values(programName)) {
    await giveUpRights({ api, program, namespace, log, signal });
  }
}

interface Namespace {
  readonly status?: { readonly conditions?: readonly { type: string; status: string; message?: string }[] };
}

/** The conditions of the Namespace say what blocks its deletion. */
async function waitForNamespace(namespace: string, { api, say }: UninstallOptions, signal: AbortSignal) {
  let why: readonly string[] = [];
  const look = async () => {
    const found = await find<Namespace>(api, namespacePath(namespace), signal);
    const conditions = (found?.status?.conditions ?? []).filter(({ status }) => status === 'True');
    why = conditions.map(({ message = '' }) => message);
    return found === undefined ? [] : [namespace];
  };
  const sayLeft = () => say(`waiting for Namespace ${namespace} to be deleted`);
  const left = await untilEmpty({ look, say: sayLeft, limitMs: namespaceLimitMs }, signal);
  const message = `Namespace ${namespace} is still being deleted: ${why.join(' ')}`;
  return left.length === 0 ? [] : [{ key: namespacePath(namespace), message }];
}
