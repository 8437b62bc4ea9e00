import { safeJson } from '@clb-direct/shared/domain/safe-text.ts';
import { withKube } from '@clb-direct/shared/kube/client/with-kube.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import { runCommand } from '@clb-direct/shared/runtime/command-line/run-command.ts';
import { readCaFiles } from './read-ca-files.ts';
import { parseCommandLine, type Asked, type RotationOrder } from './command-line.ts';
import { judgeStatus } from './judge-status.ts';
import { judgeLease, unrenewedMs, type LeaseState } from './lease-state.ts';
import { readSurroundings, type Surroundings } from './read-surroundings.ts';
import { readState, unreadable, type RotationState } from './read-state.ts';
import { rotate, type Journal } from './rotate.ts';
import { showStatus } from './show-status.ts';
import { formatDuration } from './duration.ts';
import { say } from '@clb-direct/shared/runtime/command-line/say.ts';
import { stopOnSignals } from '@clb-direct/shared/runtime/command-line/stop-on-signals.ts';

const program = 'rotate-certs';

const usage = `Usage: rotate-certs status [--json]
       rotate-certs rotate [--ca] [--reason TEXT] [--settle TIME] [--wait] [--timeout TIME] [--dry-run]
       rotate-certs import --ca-cert FILE --ca-key FILE [--reason TEXT] [--settle TIME] [--wait] ...

Shows and renews the webhook's certificates while it serves. The webhook does the work; this asks for it and watches.

  status          which CA signs what until when, what a rotation waits for, which replica serves what, problems
  rotate          a new leaf under the same CA; done when every replica serves it
  rotate --ca     a new CA and a new leaf; done when every replica serves under it, the old CA ends by itself
  import          your own CA instead of the webhook's: PEM, RSA from 2048 bits, a root or an intermediate;
                  "-" is standard input

  --json          the status as JSON
  --reason TEXT   is recorded; the same reason again does nothing
  --settle TIME   how long the old CA stays trusted, instead of ROTATION_SETTLE_MS
  --wait          watch until the old CA is no longer trusted
  --timeout TIME  stop watching after this (10m; 48h with --wait)
  --dry-run       say what would happen, and change nothing

  -n, --namespace NAME   where the webhook runs (clb-direct)
  --secret NAME          its Secret (clb-direct-webhook-certs)
  --kubeconfig FILE, --context NAME   otherwise KUBECONFIG, ~/.kube/config, or the pod's ServiceAccount

TIME is written as 90s, 10m, 24h or 7d. Exit codes: 0 done, 1 failed or refused, 2 wrong usage, 3 not finished in time
(the webhook continues), 4 something needs attention (status).`;

const attention = 4;
const notInTime = 3;
const usualSettleMs = 86_400_000;

function settleMsOf(env: NodeJS.ProcessEnv): number {
  const ms = Number(env['ROTATION_SETTLE_MS'] ?? Number.NaN);
  return Number.isSafeInteger(ms) && ms >= 0 ? ms : usualSettleMs;
}

async function status({ location, json }: Asked & { kind: 'status' }): Promise<number> {
  const signal = AbortSignal.timeout(60_000);
  return await withKube(location, program, async (api) => {
    const world = await readState(api, location, signal);
    if (world.secret.kind === 'forbidden') throw new Error(unreadable(location, world.secret.reason));
    const around = await readSurroundings(api, location.namespace, signal);
    const lease = await lookAtLease({ ...world, ...around }, () => readState(api, location, signal));
    const nowMs = Date.now();
    const report = judgeStatus(world, { nowMs, lease, around, usualSettleMs: settleMsOf(process.env) });
    console.log(json ? safeJson(report) : showStatus(report, nowMs).join('\n'));
    return report.problems.length === 0 ? 0 : attention;
  });
}

const secondLookMs = 4_000;

// This machine's clock may be wrong, so a Lease that looks old is read twice: a renewal shows that its holder lives.
async function lookAtLease(
  world: RotationState & Surroundings,
  again: () => Promise<RotationState>,
): Promise<LeaseState> {
  const state = judgeLease(world.lease, unrenewedMs(world.lease, Date.now()), world.replicas);
  if (state.kind !== 'silent') return state;
  await sleep(secondLookMs, AbortSignal.timeout(2 * secondLookMs));
  const { lease } = await again();
  const isRenewed = JSON.stringify(lease) !== JSON.stringify(world.lease);
  return isRenewed ? judgeLease(lease, 0, world.replicas) : state;
}

async function runOrder(order: RotationOrder): Promise<number> {
  const imported = order.files && readCaFiles(order.files, Date.now());
  const stopped = stopOnSignals();
  const journal: Journal = { hasAsked: false };
  const late = AbortSignal.timeout(order.timeoutMs);
  const signal = AbortSignal.any([stopped.signal, late]);
  const clocks = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
  try {
    const outcome = await withKube(order.location, program, (api) =>
      rotate({ api, order, imported, usualSettleMs: settleMsOf(process.env), say, ...clocks, signal }, journal),
    );
    return outcome === 'done' ? 0 : 1;
  } catch (error) {
    if (!signal.aborted) throw error;
    const why = late.aborted ? `not finished within ${formatDuration(order.timeoutMs)}` : 'stopped';
    say(`${why}; ${whatRemains(journal)}`);
    return stopped.exitCode() ?? notInTime;
  }
}

function whatRemains({ hasAsked }: Journal): string {
  if (!hasAsked) return 'this command has not asked for anything, so there is nothing to undo';
  return 'the request stays in the Secret and the webhook continues; status shows its progress';
}

async function main(): Promise<number> {
  const asked = parseCommandLine(process.argv.slice(2), process.env);
  if (asked.kind === 'status') return await status(asked);
  if (asked.kind === 'rotate') return await runOrder(asked.order);
  console.log(usage);
  return 0;
}

await runCommand(program, main);
