import type { RotationRequest } from '@clb-direct/certs/rotation/request.ts';
import { isConflict, isNotFound, KubeError, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import { ask } from './ask.ts';
import type { ImportedCa } from './read-ca-files.ts';
import type { RotationOrder } from './command-line.ts';
import { decideRequest, type Decision } from './decide-request.ts';
import { createLeaseWatch, leaseProblem, type LeaseState } from './lease-state.ts';
import { judgeProgress, type Progress, type Target } from './progress.ts';
import { readState, unreadable, type RotationState } from './read-state.ts';
import { makeRequestId } from './request-id.ts';
import type { SecretView } from './secret-view.ts';
import { describeDone, describeOldCa, describeProgress } from './describe-progress.ts';

export interface RotateOptions {
  readonly api: KubeApi;
  readonly order: RotationOrder;
  readonly imported?: ImportedCa | undefined;
  readonly usualSettleMs: number;
  readonly say: (line: string) => void;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  readonly signal: AbortSignal;
}

/** How a rotation ended for this command; the webhook may go on. */
export type Outcome = 'done' | 'failed';

/** What this command did until now, to explain how it was interrupted. */
export interface Journal {
  hasAsked: boolean;
}

const lookEveryMs = 1_000;
const mostAsks = 3;

/** Asks for the rotation, or joins one, and shows it until it is over or the signal aborts. */
export async function rotate(o: RotateOptions, journal: Journal): Promise<Outcome> {
  const run = { ...o, journal, speak: sayOnce(o.say), target: undefined, asks: 0 } satisfies Run;
  const watchLease = createLeaseWatch(o.monotonicMs);
  let world = await readState(o.api, o.order.location, o.signal);
  for (;;) {
    const outcome = await take(run, world, watchLease(world.lease));
    if (outcome !== undefined) return outcome;
    await sleep(lookEveryMs, o.signal);
    world = await readAgain(run, world);
  }
}

interface Run extends RotateOptions {
  readonly journal: Journal;
  /** Prints a line unless the last one about this topic was about the same fact. */
  readonly speak: (topic: string, line: string | undefined, fact?: string) => void;
  target: Target | undefined;
  asks: number;
}

function sayOnce(say: (line: string) => void): Run['speak'] {
  const last = new Map<string, string | undefined>();
  return (topic, line, fact = line) => {
    if (line !== undefined && last.get(topic) !== fact) say(line);
    last.set(topic, fact);
  };
}

// The API server may be down for a while; the rotation goes on.
async function readAgain(run: Run, before: RotationState): Promise<RotationState> {
  try {
    const world = await readState(run.api, run.order.location, run.signal);
    run.speak('reach', undefined);
    return world;
  } catch (error) {
    if (!isPassing(error)) throw error;
    run.speak('reach', `the API server does not answer, trying again: ${error.message}`);
    return before;
  }
}

function isPassing(error: unknown): error is KubeError {
  return error instanceof KubeError && (error.status === 0 || error.status === 429 || error.status >= 500);
}

async function take(run: Run, { secret }: RotationState, lease: LeaseState): Promise<Outcome | undefined> {
  if (secret.kind === 'forbidden') throw new Error(unreadable(run.order.location, secret.reason));
  run.speak('lease', leaseProblem(lease), lease.kind);
  if (secret.kind === 'absent') {
    const { namespace, secretName } = run.order.location;
    run.speak('secret', `the Secret ${namespace}/${secretName} is not there; waiting for the webhook to make it`);
    return run.order.dryRun ? 'failed' : undefined;
  }
  return run.target === undefined ? await begin(run, secret.value) : follow(run, run.target, secret.value, lease);
}

async function begin(run: Run, view: SecretView): Promise<Outcome | undefined> {
  const { order, imported } = run;
  const decision = decideRequest(view, { ...order, ...(imported === undefined ? {} : { caSha256: imported.sha256 }) });
  if (decision.kind === 'ask') return await askFor(run, view, decision.target);
  run.speak('decision', order.dryRun ? `${decision.says}; nothing is changed` : decision.says);
  if (decision.kind === 'join') {
    const { settleMs } = view.pending ?? view;
    if (order.settleMs !== undefined && order.settleMs !== settleMs) run.say(settleIsLeftOut);
    run.target = decision.target;
  }
  return outcomeOf(decision, order.dryRun);
}

const settleIsLeftOut =
  '--settle is left out: the time stays as it was asked for before. For another rotation with this one, ' +
  'run rotate --ca with another --reason';

function outcomeOf(decision: Exclude<Decision, { kind: 'ask' }>, dryRun: boolean): Outcome | undefined {
  if (decision.kind === 'refuse') return 'failed';
  return decision.kind === 'done' || dryRun ? 'done' : undefined;
}

async function askFor(run: Run, view: SecretView, target: Target): Promise<Outcome | undefined> {
  const { order, journal, say } = run;
  if (run.asks === mostAsks) throw new Error(`asked ${mostAsks} times, and each request has vanished; see status`);
  const request = requestOf(order);
  if (!order.dryRun) journal.hasAsked = true;
  if (!(await write(run, view, request))) return undefined;
  say(order.dryRun ? dryRunSays(order, view) : `asked for ${wish[order.kind]} (request ${request.id})`);
  run.asks += 1;
  run.target = { ...target, requestId: request.id };
  return order.dryRun ? 'done' : undefined;
}

function requestOf({ kind, reason, settleMs }: RotationOrder): RotationRequest {
  const request = { id: makeRequestId(kind, reason), kind, reason: reason ?? '' };
  return settleMs === undefined ? request : { ...request, settleMs };
}

/** False after a lost race: what is there now decides. A lost answer may stand for a request that was written. */
async function write({ api, order, imported, signal }: Run, view: SecretView, request: RotationRequest) {
  try {
    await ask(api, { location: order.location, view, request, ca: imported?.ca, dryRun: order.dryRun }, signal);
  } catch (error) {
    if (isConflict(error) || isNotFound(error)) return false;
    if (order.dryRun || !isPassing(error)) throw error;
  }
  return true;
}

const wish = { leaf: 'a new leaf', ca: 'a new CA', import: 'the imported CA' } as const;

function dryRunSays({ kind }: RotationOrder, { leaf, currentCa }: SecretView): string {
  const old = kind === 'leaf' ? `the leaf ${leaf?.serial ?? ''}` : `${currentCa?.name ?? 'the CA'} and the leaf`;
  return `would ask for ${wish[kind]} instead of ${old}; the API server would accept it; nothing is changed`;
}

function follow(run: Run, target: Target, view: SecretView, lease: LeaseState): Outcome | undefined {
  const progress = judgeProgress(view, target);
  run.speak('progress', describeProgress(progress, view, lease));
  if (progress.kind === 'refused') return 'failed';
  if (progress.kind === 'vanished') run.target = undefined;
  return progress.kind === 'served' ? finish(run, target, view, progress) : undefined;
}

function finish(
  run: Run,
  { kind }: Target,
  view: SecretView,
  { oldCaIsTrusted }: Progress & { kind: 'served' },
): Outcome | undefined {
  const isTrusted = kind === 'ca' && (oldCaIsTrusted || view.phase !== 'stable');
  const { usualSettleMs } = run;
  if (isTrusted) run.speak('old CA', describeOldCa(view, { nowMs: run.nowMs(), usualSettleMs }), view.phaseSince);
  if (isTrusted && run.order.wait) return undefined;
  run.say(describeDone(kind, view));
  return 'done';
}
