import { ordinaryFlow, type Flow } from '@clb-direct/shared/domain/flow.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Registry } from 'prom-client';
import type { ClbPort, ClbWrites } from '../core/model/clb-port.ts';
import type { CloudError } from '../core/model/cloud-error.ts';
import type { ActionName, Answer, Ask, CallClb } from './actions.ts';
import { ApiFailure } from './api-failure.ts';
import { authorised } from './authorised.ts';
import { toCloudError, type ApiAddress } from './cloud-error.ts';
import { systemClock, type Clock } from './clock.ts';
import type { CredentialSource } from './credentials/credential-source.ts';
import { fencedSend } from './fenced-send.ts';
import { finishedTask } from './finished-task.ts';
import { limited } from './limited.ts';
import { createClbMetrics, measured } from './measured.ts';
import type { Read } from './read.ts';
import { createReads } from './reads.ts';
import { retried } from './retried.ts';
import { createSdkSend } from './sdk-send.ts';
import { createWrites } from './writes/create-writes.ts';

export interface ClbOptions {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials: CredentialSource;
  /** Per action. The API allows 20; other tools of the account need some too. */
  readonly requestsPerSecond?: number;
  readonly readTimeoutMs?: number;
  readonly writeTimeoutMs?: number;
  /** Whether this process may write; without it, it may. */
  readonly isHeld?: () => boolean;
  readonly log: Log;
  readonly registry: Registry;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/**
 * The CLB API as the loops need it: rate limited, retried where that is safe, guarded, with errors that people can
 * read.
 */
export function createClb(options: ClbOptions): ClbPort {
  const { clock = systemClock, region, endpoint = 'https://clb.tencentcloudapi.com' } = options;
  const api = { region, endpoint };
  const call = createCall(options, clock, api);
  return portInFlow(ordinaryFlow, { call, clock, api });
}

interface Tools {
  readonly call: CallInFlow;
  readonly clock: Clock;
  readonly api: ApiAddress;
}

function portInFlow(flow: Flow, tools: Tools): ClbPort {
  const writes = writesInFlow(flow, tools);
  const drains = writesInFlow({ priority: 'drain', share: flow.share }, tools);
  return {
    ...createReads(readInFlow(flow, tools)),
    ...writes,
    // Whatever the run was for: the task of a weight 0 is not asked for behind the tasks of others.
    async setWeight(id, steps, signal) {
      const isDrain = steps.every(({ weight }) => weight === 0);
      await (isDrain ? drains : writes).setWeight(id, steps, signal);
    },
    inFlow: (other) => portInFlow(other, tools),
  };
}

function readInFlow(flow: Flow, { call, api }: Tools): Read {
  return async (ask, decode, signal) => {
    const answer = await call({ ...ask, effect: 'read' }, signal, flow);
    try {
      return decode(answer);
    } catch (error) {
      throw error instanceof ApiFailure ? explained(error, ask, api) : error;
    }
  };
}

function writesInFlow(flow: Flow, { call: callInFlow, clock, api }: Tools): ClbWrites {
  const call: CallClb = async (ask, signal) => callInFlow(ask, signal, flow);
  const fail = (failure: ApiFailure, ask: Pick<Ask, 'action' | 'purpose'>) => explained(failure, ask, api);
  return createWrites({
    now: (ask, signal) => call({ ...ask, effect: 'write' }, signal),
    async untilDone(ask, signal) {
      const write = { ...ask, effect: 'write' } as const;
      const answer = await call(write, signal);
      return { answer, task: await finishedTask(write, answer, { call, clock, fail }, signal) };
    },
    fail,
  });
}

function explained(failure: ApiFailure, ask: Pick<Ask, 'action' | 'purpose'>, api: ApiAddress): CloudError {
  return toCloudError(failure, ask, api, 'the credentials in use');
}

type CallInFlow = <A extends ActionName>(ask: Ask<A>, signal: AbortSignal, flow: Flow) => Promise<Answer<A>>;

/** From the wire up: send, measure, ask for the Lease, limit the rate, sign and explain, retry. */
function createCall(options: ClbOptions, clock: Clock, api: ApiAddress): CallInFlow {
  const {
    requestsPerSecond = 18,
    readTimeoutMs = 10_000,
    writeTimeoutMs = 30_000,
    random = Math.random,
    isHeld = () => true,
    log,
  } = options;
  const metrics = createClbMetrics(options.registry);
  const endpoint = new URL(api.endpoint);
  const sdk = createSdkSend({ region: api.region, endpoint, readTimeoutMs, writeTimeoutMs });
  const counted = fencedSend(measured(sdk, metrics.requested, clock), isHeld);
  const paced = limited(counted, { requestsPerSecond, clock, waited: metrics.waited });
  const send = retried(authorised(paced, options.credentials, api), { clock, random, log });
  return async <A extends ActionName>(ask: Ask<A>, signal: AbortSignal, flow: Flow) =>
    (await send(ask, signal, flow)) as Answer<A>;
}
