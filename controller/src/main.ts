import { createEventRecorder } from '@clb-direct/shared/kube/events/event-recorder.ts';
import { createReporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { connectKube, type KubeConnection } from '@clb-direct/shared/kube/client/connect-kube.ts';
import type { Leadership } from '@clb-direct/shared/kube/leader-election/run-with-lease.ts';
import { retainRights } from '@clb-direct/shared/kube/uninstall/retained-rights.ts';
import { startOpsServer } from '@clb-direct/shared/runtime/ops-server.ts';
import { programName, startingAnnotation } from '@clb-direct/shared/domain/names.ts';
import { gateRuleOf, leaseOptionsOf, leaseOrder } from '@clb-direct/shared/runtime/common-settings.ts';
import { runProgram, type ProgramContext } from '@clb-direct/shared/runtime/program.ts';
import { outOfOrder } from '@clb-direct/shared/runtime/settings.ts';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createClb } from './clb/create-clb.ts';
import { findCredentials } from './clb/credentials/find-credentials.ts';
import type { GatePolicy } from './core/gate/gate-facts.ts';
import type { ClbPort } from './core/model/clb-port.ts';
import type { PlaceRules } from './core/plan/place-rules.ts';
import { runController } from './engine/controller.ts';
import type { Limits } from './engine/facts.ts';
import { fenced } from './engine/fenced.ts';
import { ObservedState } from './engine/observed-state.ts';
import { looksPerMinute } from './engine/flows.ts';
import { createConfigWriter } from './kube/config-writer.ts';
import { createOwnerReporter } from './kube/owner-reporter.ts';
import { uninstallRules, prepareUninstall } from './uninstall/uninstall.ts';
import { gateExpectedBy, type GateExpected } from './kube/gate-expected.ts';
import { followRights, type Rights } from './kube/follow-rights.ts';
import { fencedApi } from './kube/fenced-api.ts';
import { createGateWriter } from './kube/gate-writer.ts';
import { createHeldDeletionWriter } from './kube/held-deletion-writer.ts';
import { openCluster, type OpenCluster } from './kube/open-cluster.ts';
import { createOwnedWriter } from './kube/owned-writer.ts';
import { createOwnerWriter } from './kube/owner-writer.ts';
import { createPairReader } from './kube/pair-reader.ts';
import { createRecordWriter } from './kube/record-writer.ts';
import { requiredLists } from './kube/required-lists.ts';
import { leadWithRights } from './kube/lead-with-rights.ts';
import { controllerMetrics, type ControllerMetrics } from './metrics.ts';
import { definitions } from './settings.ts';

type Context = ProgramContext<typeof definitions>;

/** What the ops port shows of the replica that leads. */
interface Live {
  cluster: OpenCluster | undefined;
  state: ObservedState | undefined;
  /** undefined: between two terms. */
  held: Leadership | undefined;
}

/** Longer than a health check takes with the cloud's defaults: whoever waits longer should know what for. */
const tellWaitAfterMs = 30_000;

/** The watches answer at least once a minute (bookmarks); a longer silence than this means that they are dead. */
const deadWatchMs = 600_000;

async function main(context: Context): Promise<void> {
  const { settings, log, signal } = context;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const live: Live = { cluster: undefined, state: undefined, held: undefined };
  const metrics = controllerMetrics(registry, live);
  const api = await connectKube({ userAgent: programName.controller, log, registry });
  const uninstall = prepareUninstall({ api, settings, log, signal });
  const isUninstalled = async (aborted: AbortSignal) => {
    const why = await uninstall.whyUninstalled(aborted);
    if (why !== undefined) context.stop(why);
    return why !== undefined;
  };
  const rights = rightsOf(context, { api, registry, isUninstalled });
  const { CREDENTIALS_DIR: folder, POD_NAMESPACE: namespace } = settings;
  const clb = createClb({
    region: settings.REGION,
    endpoint: settings.CLB_ENDPOINT,
    credentials: findCredentials({ folder, namespace, env: process.env, log }),
    requestsPerSecond: settings.CLB_REQUESTS_PER_SECOND,
    isHeld: () => live.held?.isHeld() === true,
    log,
    registry,
  });
  const ops = await startOpsServer({
    host: settings.OPS_HOST,
    port: settings.OPS_PORT,
    registry,
    signal,
    live: () =>
      (live.cluster?.lastContactAgeMs() ?? 0) > deadWatchMs ? ['the watches have been silent too long'] : [],
    ready: () => rights.problems(),
  });
  const lease = { api, registry, log, signal, ...leaseOptionsOf(settings, programName.controller) };
  await leadWithRights({ ...lease, startingMark: startingAnnotation }, rights, async (held) => {
    if (await isUninstalled(held.signal)) return;
    await lead(context, { api, clb, registry, live, held, metrics }).finally(() => {
      // The watches of a past term are silent for ever; a replica that waits for the Lease is not dead for that.
      uninstall.noteTerm(live.cluster?.tkePresent());
      live.cluster = undefined;
      live.state = undefined;
      live.held = undefined;
    });
  });
  await uninstall.runIfUninstalled();
  await ops.close();
  await api.close();
}

/** Its events are its own: it says something while no term runs. */
function rightsOf(
  { settings, log, signal }: Context,
  o: Pick<Lead, 'api' | 'registry'> & { readonly isUninstalled: (aborted: AbortSignal) => Promise<boolean> },
): Rights {
  const [component, namespace] = [programName.controller, settings.POD_NAMESPACE];
  const recorder = createEventRecorder({ ...o, component, log, signal });
  const reporter = createReporter({ recorder, log, nowMs: () => performance.now() });
  const lists = requiredLists({ namespace, eniDefault: settings.ENI_DEFAULT });
  const onRefused = async (aborted: AbortSignal) => {
    await o.isUninstalled(aborted);
  };
  return followRights({ ...o, namespace, lists, reporter, onRefused });
}

interface Lead {
  readonly api: KubeConnection;
  readonly clb: ClbPort;
  readonly registry: Registry;
  readonly live: Live;
  readonly held: Leadership;
  readonly metrics: ControllerMetrics;
}

/** One term as leader. Everything starts from nothing: list, look, diff. */
async function lead(
  { settings, log, stop }: Context,
  { api, clb, registry, live, held, metrics }: Lead,
): Promise<void> {
  const { signal } = held;
  const [program, namespace] = [programName.controller, settings.POD_NAMESPACE];
  const onServiceAccountDeleted = () => stop('its ServiceAccount is being deleted');
  const kept = retainRights({ api, program, namespace, rules: uninstallRules, log, signal, onServiceAccountDeleted });
  const recorder = createEventRecorder({ api, component: program, log, signal, registry });
  live.state = new ObservedState();
  live.held = held;
  const repeat = { by: 'message', afterMs: settings.RESYNC_MS } as const;
  await runController({
    clb: fenced(clb, () => held.isHeld()),
    openCluster: async (change) => {
      const options = { ...clusterSettings(settings), api, namespace, log, registry, signal };
      live.cluster = await openCluster(options, change);
      held.started();
      return live.cluster;
    },
    clock: api.clock,
    ownPod: `${namespace}/${settings.POD_NAME}`,
    ...writersOf(settings, { api, held }),
    creation: creationOf(settings),
    pairs: createPairReader(api),
    reporter: createOwnerReporter(createReporter({ recorder, log, nowMs: () => performance.now(), repeat })),
    clusterId: settings.CLUSTER_ID,
    vpcId: settings.VPC_ID,
    region: settings.REGION,
    limits: limitsOf(settings),
    placeRules: placeRulesOf(settings),
    policy: gatePolicyOf(settings),
    optOutAnnotation: settings.OPT_OUT_ANNOTATION,
    looksPerMinute: looksPerMinute(settings.CLB_REQUESTS_PER_SECOND),
    recheckMs: settings.RECHECK_MS,
    resyncMs: settings.RESYNC_MS,
    log,
    registry,
    state: live.state,
    onOpened: metrics.gateOpened,
    onUndone: metrics.changeUndone,
    sweepDeletes: settings.SWEEP_DELETES,
    onUnneeded: metrics.unneeded,
    signal,
  });
  await kept;
  await recorder.flush(AbortSignal.timeout(3_000));
}

function placeRulesOf(settings: Context['settings']): PlaceRules {
  return {
    rules: settings.LOAD_BALANCER_NAMESPACES,
    reservationMs: settings.PLACE_RESERVATION_MS,
    sharesHosts: settings.SHARED_HOSTS,
  };
}

function gatePolicyOf(settings: Context['settings']): GatePolicy {
  return {
    gateType: settings.GATE_TYPE,
    settleMs: settings.SETTLE_MS,
    onWaitLimit: settings.WAIT_LIMIT_POLICY,
    waitLimitMs: settings.WAIT_LIMIT_MS,
    tellAfterMs: tellWaitAfterMs,
  };
}

function writersOf({ GATE_TYPE, POD_NAMESPACE }: Context['settings'], { api, held }: Pick<Lead, 'api' | 'held'>) {
  const nowMs = () => api.clock.nowMs();
  const writes = fencedApi(api, () => held.isHeld());
  return {
    gates: createGateWriter(writes, GATE_TYPE, nowMs),
    heldDeletions: createHeldDeletionWriter(writes, nowMs),
    owners: createOwnerWriter(writes, nowMs),
    records: createRecordWriter(writes, POD_NAMESPACE),
    ownedRecords: createOwnedWriter(writes, POD_NAMESPACE),
    configs: createConfigWriter(writes),
  };
}

function creationOf({
  CREATE_LOAD_BALANCERS: kinds,
  LOAD_BALANCERS_PER_NAMESPACE: mostPerNamespace,
}: Context['settings']) {
  return { kinds, mostPerNamespace };
}

function limitsOf(settings: Context['settings']): Limits {
  return {
    weight: settings.TARGET_WEIGHT,
    endpointNamespaces: settings.ENDPOINT_ADDRESS_NAMESPACES,
    drainMs: settings.TARGET_DRAIN_MS,
    gatherMs: settings.DEREGISTER_GATHER_MS,
    brakeSharePercent: settings.BRAKE_SHARE_PERCENT,
    moveKeepMs: settings.MOVE_KEEP_MS,
    checksFromProbes: settings.HEALTH_CHECK_FROM_PROBE,
  };
}

function clusterSettings(settings: Context['settings']) {
  return {
    gateType: settings.GATE_TYPE,
    gateExpected: gateExpectedOf(settings),
    unmarked: settings.UNMARKED_SERVICES,
    eniDefault: settings.ENI_DEFAULT,
    hostNetworkTargets: settings.HOST_NETWORK_TARGETS,
  };
}

/** The webhook's rule for a pod that a CLB reaches: only of targets it is asked. */
function gateExpectedOf(settings: Context['settings']): GateExpected {
  return gateExpectedBy(gateRuleOf(settings), { eniDefault: 'eni', globalRoute: true });
}

await runProgram({
  name: programName.controller,
  definitions,
  conflicts: (settings) => outOfOrder(settings, leaseOrder),
  main,
});
