import type { V1Pod } from '@kubernetes/client-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { registrationName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { mutatingWebhookConfiguration } from '@clb-direct/shared/kube/client/paths.ts';
import { until } from '../until.ts';
import { whileCutOff, whileUnprobed } from './cut-off.ts';
import {
  deleteSecret,
  readSecret,
  requestRotation,
  rotationState,
  runRotateCerts,
  untilPhase,
  untilRotated,
} from './rotation.ts';
import {
  deletePod,
  kill,
  liveLeader,
  otherReplica,
  ownPods,
  untilUnready,
  untilWhole,
  webhookPods,
} from './webhook-pods.ts';
import { readRegistration, restartWebhook } from './webhook-settings.ts';

export interface Stage {
  readonly api: KubeApi;
  /** How long rotations keep the old CA trusted. */
  readonly settleMs: number;
}

/** Something that must lose no admission. */
export interface AdmissionCase {
  readonly name: string;
  readonly action: (stage: Stage) => Promise<void>;
  /** The action itself takes the registration away; in every other case it has to stay. */
  readonly unregisters?: true;
  /** Tried by ./scripts/prove-admissions alone: much like another one that every test run tries. */
  readonly isForProof?: true;
}

/** How long a replica continues to answer after SIGTERM, as installed. */
const drainMs = 10_000;

/** Everything that must lose no admission, whatever the failure policy. */
export const admissionCases: readonly AdmissionCase[] = [
  { name: 'A rotation of the leaf', action: rotateLeaf },
  { name: 'A rotation of the CA', action: rotateCa },
  { name: 'Three rotations of the CA in a row', action: rotateThrice, isForProof: true },
  { name: 'A rotation whose leader is deleted at the request', action: loseLeaderAtTheRequest },
  {
    name: 'A rotation whose leader is deleted while the new CA is being published',
    action: loseLeaderIn('published'),
    isForProof: true,
  },
  {
    name: 'A rotation whose leader is deleted while the new CA settles',
    action: loseLeaderIn('settling'),
    isForProof: true,
  },
  { name: 'A rotation whose leader is deleted while no other replica is ready', action: loseOnlyReadyReplica },
  { name: 'A rotation while one replica is cut off from the API server', action: rotateWithoutReplica },
  { name: 'A rotation during which the Secret is deleted', action: rotateWithoutSecret },
  { name: 'Deleting the registration twenty times', action: deleteRegistrations, unregisters: true },
  { name: 'Rolling the webhook', action: async ({ api }) => restartWebhook(api) },
];

async function rotateLeaf({ api, settleMs }: Stage): Promise<void> {
  const before = (await readSecret(api))?.data?.['tls.crt'];
  await runRotateCerts({ kind: 'leaf', settleMs });
  if ((await readSecret(api))?.data?.['tls.crt'] === before) throw new Error('the leaf is the old one');
}

async function rotateCa({ api, settleMs }: Stage): Promise<void> {
  const before = (await rotationState(api)).bundle;
  await runRotateCerts({ kind: 'ca', settleMs });
  const { phase, bundle } = await rotationState(api);
  if (bundle === before) throw new Error('the CA is the old one');
  if (phase !== 'stable') throw new Error(`the command is done, and the phase is ${phase}`);
  await until(
    'the registration to carry nothing but the new CA',
    async () => rotationState(api),
    (seen) => seen.bundle === seen.published,
  );
}

// The next one is asked for while the last one settles: bundles grow, chains stay.
async function rotateThrice({ api, settleMs }: Stage): Promise<void> {
  let id = '';
  for (let round = 0; round < 3; round += 1) {
    id = await requestRotation(api, { kind: 'ca', settleMs });
    await untilPhase(api, id, 'settling');
  }
  await untilRotated(api, id);
}

async function loseLeaderAtTheRequest({ api, settleMs }: Stage): Promise<void> {
  const leader = await liveLeader(api);
  const id = await requestRotation(api, { kind: 'ca', settleMs });
  await deletePod(leader);
  await untilRotated(api, id);
  await untilWhole(api);
}

function loseLeaderIn(phase: 'published' | 'settling'): AdmissionCase['action'] {
  return async ({ api, settleMs }) => {
    const leader = await liveLeader(api);
    const id = await requestRotation(api, { kind: 'ca', settleMs });
    await untilPhase(api, id, phase);
    await deletePod(leader);
    await untilRotated(api, id);
    await untilWhole(api);
  };
}

/**
 * Probes that fail, as on a node that is overloaded, leave the Service without a ready replica, and the new CA makes
 * API servers reconnect: the one that stops has to be called until another one is ready, and that takes longer than
 * its drain.
 */
async function loseOnlyReadyReplica({ api, settleMs }: Stage): Promise<void> {
  const [leader, other] = [await liveLeader(api), await otherReplica(api)];
  const spared = (await ownPods(api)).filter(({ metadata }) => metadata?.uid !== other.metadata?.uid);
  const id = await whileUnprobed(spared, async () => {
    await untilUnready(api, other);
    const asked = await requestRotation(api, { kind: 'ca', settleMs });
    await untilPhase(api, asked, 'published');
    await deletePod(leader);
    await sleep(drainMs + 1_000);
    return asked;
  });
  await untilRotated(api, id);
  await untilWhole(api);
}

/** Who cannot read the Secret serves the old leaf, so the old CA has to stay. */
async function rotateWithoutReplica({ api, settleMs }: Stage): Promise<void> {
  const id = await whileCutOff(await otherReplica(api), async () => {
    const asked = await requestRotation(api, { kind: 'ca', settleMs });
    await untilPhase(api, asked, 'settling');
    await sleep(settleMs + 5_000);
    const { phase } = await rotationState(api);
    if (phase !== 'settling') throw new Error(`the phase is ${phase} though one replica never saw the new leaf`);
    return asked;
  });
  await untilRotated(api, id);
  await untilWhole(api);
}

async function rotateWithoutSecret({ api, settleMs }: Stage): Promise<void> {
  const id = await requestRotation(api, { kind: 'ca', settleMs });
  for (const phase of ['published', 'settling']) {
    await untilPhase(api, id, phase);
    await deleteSecret(api);
    await until(
      'the Secret to be back',
      async () => readSecret(api),
      (seen) => seen?.data !== undefined,
    );
  }
  await untilRotated(api, id);
}

/** Each time some pods are created with the registration in place. */
async function deleteRegistrations({ api }: Stage): Promise<void> {
  const path = mutatingWebhookConfiguration(registrationName);
  for (let deletion = 0; deletion < 20; deletion += 1) {
    await api.call({ method: 'DELETE', path, signal: AbortSignal.timeout(10_000) });
    await until(
      'the registration to be back',
      async () => readRegistration(api),
      (seen) => seen !== undefined,
    );
    await sleep(400);
  }
}

/** When calls could go to a replica that was dead. */
export interface DeadTime {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Kills each replica in turn, because one connection may carry all calls, and waits until both serve again. */
export async function killReplicas({ api }: Stage): Promise<readonly DeadTime[]> {
  const times: DeadTime[] = [];
  for (const victim of await webhookPods(api)) {
    const fromMs = Date.now();
    await kill(victim);
    await until(
      'the killed replica to be known as such',
      async () => (await webhookPods(api)).find(({ metadata }) => metadata?.uid === victim.metadata?.uid),
      (seen) => seen === undefined || restartsOf(seen) > restartsOf(victim),
    );
    await untilWhole(api);
    times.push({ fromMs, toMs: Date.now() });
    await sleep(2_000);
  }
  return times;
}

const restartsOf = (pod: V1Pod) => pod.status?.containerStatuses?.[0]?.restartCount ?? 0;
