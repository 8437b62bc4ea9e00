import { problemsAt } from '@clb-direct/certs/inspect-material.ts';
import type { Phase } from '@clb-direct/certs/rotation/phase.ts';
import type { CertificateFacts } from './certificate-facts.ts';
import { formatDuration } from './duration.ts';
import { leaseProblem, type LeaseState } from './lease-state.ts';
import { countReplicas } from './progress.ts';
import type { Surroundings, WarningView } from './read-surroundings.ts';
import type { RegistrationView, ReadResult, RotationState } from './read-state.ts';
import type { RefusedRequest, ReplicaSeen, SecretView } from './secret-view.ts';

/** Everything that status prints; --json prints it as it is. */
export interface StatusReport {
  readonly phase?: Phase;
  readonly phaseSince?: string;
  readonly waitsFor: readonly string[];
  readonly currentCa?: CertificateFacts & { readonly source: SecretView['caSource'] };
  readonly nextCa?: CertificateFacts;
  readonly oldCas: readonly CertificateFacts[];
  readonly leaf?: CertificateFacts;
  readonly cross: readonly CertificateFacts[];
  /** undefined = it could not be read. */
  readonly registrationTrusts?: readonly CertificateFacts[];
  readonly replicas?: readonly (ReplicaSeen & { readonly servesCurrentLeaf: boolean })[];
  readonly lease: LeaseState;
  readonly issuedElsewhere: boolean;
  readonly lastReason?: string;
  readonly lastRequest?: string;
  readonly pendingRequest?: { readonly kind: string; readonly reason: string };
  readonly refusedRequest?: RefusedRequest;
  /** What could not be read, and why; not a problem by itself. */
  readonly unseen: readonly string[];
  /** What needs attention. */
  readonly problems: readonly string[];
}

export interface StatusOptions {
  readonly nowMs: number;
  readonly lease: LeaseState;
  readonly around: Surroundings;
  /** How long an old CA stays trusted when the Secret does not say. */
  readonly usualSettleMs: number;
}

/** Judges what was read. Only without the Secret there is no status. */
export function judgeStatus(world: RotationState, o: StatusOptions): StatusReport {
  const { secret, registration } = world;
  const view = secret.kind === 'seen' ? secret.value : undefined;
  const trusts = registration.kind === 'seen' ? registration.value.trusts : undefined;
  return {
    ...(view === undefined ? nothingSeen : tellSecret(view)),
    waitsFor: view === undefined ? [] : whatItWaitsFor(view, trusts, o),
    ...(isSettlingElsewhere(view, trusts) ? settlingElsewhere : {}),
    ...(trusts === undefined ? {} : { registrationTrusts: trusts }),
    lease: o.lease,
    unseen: whatWasNotSeen(world, o.around),
    problems: [
      ...secretProblems(secret, o.nowMs),
      ...registrationProblems(registration, view),
      ...[leaseProblem(o.lease)].filter((problem) => problem !== undefined),
      ...warningProblems(o.around.warnings, o.nowMs),
    ],
  };
}

// Another issuer writes one CA; the webhook keeps others trusted while they are needed.
function isSettlingElsewhere(view: SecretView | undefined, trusts: readonly CertificateFacts[] = []): boolean {
  if (view?.isIssuedElsewhere !== true) return false;
  const written = [view.currentCa, ...view.oldCas].map((ca) => ca?.sha256);
  return trusts.some(({ sha256 }) => !written.includes(sha256));
}

const settlingElsewhere = {
  phase: 'settling',
  waitsFor: ['every replica under the current CA, and then ROTATION_SETTLE_MS'],
} as const;

const nothingSeen = { oldCas: [], cross: [], issuedElsewhere: false };

function tellSecret(view: SecretView) {
  const { currentCa, nextCa, leaf, replicas, pending, refused } = view;
  return {
    phase: view.phase,
    ...(view.phaseSince === '' ? {} : { phaseSince: view.phaseSince }),
    ...(currentCa === undefined ? {} : { currentCa: { ...currentCa, source: view.caSource } }),
    ...(nextCa === undefined ? {} : { nextCa }),
    oldCas: view.oldCas,
    ...(leaf === undefined ? {} : { leaf }),
    cross: view.cross,
    ...(replicas === undefined ? {} : { replicas: describeReplicas(replicas, leaf) }),
    issuedElsewhere: view.isIssuedElsewhere,
    ...(view.lastReason === '' ? {} : { lastReason: view.lastReason }),
    ...(view.lastRequestId === '' ? {} : { lastRequest: view.lastRequestId }),
    ...(pending === undefined ? {} : { pendingRequest: { kind: pending.kind, reason: pending.reason } }),
    ...(refused === undefined ? {} : { refusedRequest: refused }),
  };
}

function describeReplicas(replicas: readonly ReplicaSeen[], leaf: CertificateFacts | undefined) {
  return replicas.map((replica) => ({ ...replica, servesCurrentLeaf: replica.serial === leaf?.serial }));
}

function whatItWaitsFor(
  view: SecretView,
  trusts: readonly CertificateFacts[] | undefined,
  o: StatusOptions,
): readonly string[] {
  if (view.pending !== undefined) return ['the Lease holder to take the request up'];
  if (view.phase === 'stable') return [];
  const signer = view.nextCa ?? view.currentCa;
  const isTrusted = trusts === undefined || trusts.some(({ sha256 }) => sha256 === signer?.sha256);
  const untrusted = isTrusted ? [] : [`the registration to carry ${signer?.name ?? 'the CA'}`];
  if (view.phase === 'published') return [...untrusted, 'every API server to know the next CA'];
  const { seen, of, missing } = countReplicas(view);
  const unserved = missing.length === 0 ? [] : [`replicas under the current CA: ${seen} of ${of} seen`];
  return [...untrusted, ...unserved, tellSettleEnd(view, o)];
}

function tellSettleEnd(view: SecretView, o: StatusOptions): string {
  const { settleMs = o.usualSettleMs } = view;
  const endMs = Date.parse(view.phaseSince) + settleMs;
  if (Number.isNaN(endMs)) return 'the time for which an old CA stays trusted';
  const isUsual = view.settleMs === undefined ? ', if ROTATION_SETTLE_MS is as usual' : '';
  const end = new Date(endMs).toISOString();
  if (endMs <= o.nowMs) return `a last look, as the old CA was to be trusted until ${end}${isUsual}`;
  return `the old CA's end of trust at ${end} (in ${formatDuration(endMs - o.nowMs)})${isUsual}`;
}

function whatWasNotSeen(
  { registration, lease }: RotationState,
  { replicas, warnings }: Surroundings,
): readonly string[] {
  const results: [ReadResult<unknown>, string][] = [
    [registration, 'what API servers trust'],
    [lease, 'who holds the Lease'],
    [replicas, 'whether a replica holds the Lease'],
    [warnings, 'what the webhook warns of'],
  ];
  const unseen = results.filter(([{ kind }]) => kind === 'forbidden').map(([, what]) => what);
  return unseen.map((what) => `${what}: bind the Role and ClusterRole clb-direct-rotate-certs to see it`);
}

function secretProblems(secret: ReadResult<SecretView>, nowMs: number): readonly string[] {
  if (secret.kind !== 'seen') return ['the Secret is not there; a webhook that runs makes it'];
  const view = secret.value;
  const { ca, leaf } = view.inspection;
  // Another issuer keeps the key of the CA, and the CA may be signed by another one.
  const caProblems = view.isIssuedElsewhere ? [] : problemsAt('CA', ca, nowMs);
  return [
    ...caProblems,
    ...problemsAt('leaf', leaf, nowMs),
    ...nearEnd('CA', view.currentCa, nowMs),
    ...nearEnd('leaf', view.leaf, nowMs),
    ...(view.replicas ?? []).flatMap((replica) => replicaProblems(replica, view, nowMs)),
    ...(view.refused === undefined ? [] : [`the last request was refused: ${view.refused.problem}`]),
  ];
}

// These events are repeated while the problem lasts, every minute or every five: an older event is over.
const lastingMs = new Map([
  ['RightsMissing', 150_000],
  ['SecretContested', 360_000],
  ['ServiceContested', 360_000],
]);

function warningProblems(warnings: ReadResult<readonly WarningView[]>, nowMs: number): readonly string[] {
  if (warnings.kind !== 'seen') return [];
  const fresh = warnings.value.filter(({ reason, atMs }) => nowMs - atMs < (lastingMs.get(reason) ?? 0));
  const newest = fresh.filter(({ reason }, index) => fresh.findIndex((other) => other.reason === reason) === index);
  return newest.map(({ about, message, reason, atMs }) => {
    const ago = formatDuration(Math.max(0, nowMs - atMs));
    return `${about}: ${message} (event ${reason}, ${ago} ago)`;
  });
}

// Renewal starts at a third of the lifetime; half of that later something prevents it.
const worryingPart = 6;

function nearEnd(role: 'CA' | 'leaf', facts: CertificateFacts | undefined, nowMs: number): readonly string[] {
  if (facts === undefined || facts.untilMs <= nowMs) return [];
  const leftMs = facts.untilMs - nowMs;
  if (leftMs * worryingPart > facts.untilMs - facts.fromMs) return [];
  return [`the ${role} ends in ${formatDuration(leftMs)} and should have been renewed`];
}

// A replica that is behind a rotation for longer is a problem.
const lateMs = 600_000;

function replicaProblems({ pod, verifies, problem }: ReplicaSeen, view: SecretView, nowMs: number): readonly string[] {
  const isUnderWay = view.phase === 'settling' && nowMs - Date.parse(view.phaseSince) < lateMs;
  if (verifies || isUnderWay) return [];
  return [
    problem === undefined ? `${pod} serves a certificate that the current CA does not vouch for` : `${pod}: ${problem}`,
  ];
}

function registrationProblems(
  registration: ReadResult<RegistrationView>,
  view: SecretView | undefined,
): readonly string[] {
  if (registration.kind === 'absent') return ['the registration is not there; the Lease holder makes it again'];
  if (registration.kind === 'forbidden' || view?.currentCa === undefined) return [];
  const { trusts } = registration.value;
  if (trusts.length === 0) return ['the registration carries no CA that can be read; the Lease holder repairs it'];
  if (trusts.some(({ sha256 }) => sha256 === view.currentCa?.sha256)) return [];
  return ['the registration does not trust the current CA; the Lease holder repairs it'];
}
