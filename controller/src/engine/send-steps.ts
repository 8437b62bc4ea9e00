import { CloudError } from '../core/model/cloud-error.ts';
import type { ClbPort, StepRefusal } from '../core/model/clb-port.ts';
import type { Step, StepKind, StepOf } from '../core/model/step.ts';
import { postponed, type DrainStop } from './drain-stop.ts';

interface Target {
  readonly clb: ClbPort;
  readonly balancerId: string;
  readonly stop: DrainStop;
  readonly signal: AbortSignal;
}

type Sender<K extends StepKind> = (
  steps: readonly StepOf<K>[],
  to: Target,
) => Promise<readonly StepRefusal<StepOf<K>>[]>;

/** Sends steps of one kind, in as few calls as the API allows. */
export async function sendSteps(steps: readonly Step[], to: Target): Promise<readonly StepRefusal[]> {
  const [first] = steps;
  if (first === undefined) return [];
  const send = senders[first.kind] as Sender<StepKind>;
  const refusals: StepRefusal[] = [];
  for (const some of callsOf(steps)) {
    const now = to.stop.take(some);
    if (now.length < some.length)
      refusals.push({ steps: some.filter((step) => !now.includes(step)), error: postponed });
    if (now.length > 0) refusals.push(...(await send(now, to)));
  }
  return refusals;
}

/** Of those that take many steps a call has its own for each of these. */
const callKeys: { readonly [K in StepKind]?: (step: StepOf<K>) => string } = {
  'create-listener': ({ place, settings }) => JSON.stringify([place.protocol, settings]),
  'create-rule': ({ listenerId }) => listenerId,
  'delete-rule': ({ listenerId }) => listenerId,
  'create-redirect': endsOf,
  'delete-redirect': endsOf,
};

function endsOf({ listenerId, to }: StepOf<'create-redirect' | 'delete-redirect'>): string {
  return `${listenerId} ${to.listenerId}`;
}

function callsOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  const keyOf = callKeys[steps[0]?.kind ?? 'register'] as ((step: Step) => string) | undefined;
  if (keyOf !== undefined) return [...Map.groupBy(steps, keyOf).values()];
  return steps.every(isOneByOne) ? steps.map((step) => [step]) : [steps];
}

/** For calls that take one step; a step that fails stops no other. */
function oneByOne<K extends StepKind>(send: Call<K>): Sender<K> {
  return async (steps, to) => {
    const refusals: StepRefusal<StepOf<K>>[] = [];
    for (const step of steps) {
      try {
        await send(step, to);
      } catch (error) {
        if (!(error instanceof CloudError)) throw error;
        refusals.push({ steps: [step], error });
      }
    }
    return refusals;
  };
}

/** Whether each step of this kind is a call of its own, and a task of the CLB to wait for. */
export function isOneByOne({ kind }: Step): boolean {
  return Object.hasOwn(calls, kind);
}

type Call<K extends StepKind> = (step: StepOf<K>, to: Target) => Promise<unknown>;
type Calls = { readonly [K in StepKind]?: Call<K> };

/** Kinds of which the API takes one step in a call. */
const calls = {
  'modify-load-balancer': ({ settings }, { clb, balancerId, signal }) =>
    clb.modifyLoadBalancer(balancerId, settings, signal),
  'modify-listener': (step, { clb, balancerId, signal }) => clb.modifyListener(balancerId, step, signal),
  'delete-listener': ({ listenerId }, { clb, balancerId, signal }) =>
    clb.deleteListener(balancerId, listenerId, signal),
  'modify-rule': (step, { clb, balancerId, signal }) => clb.modifyRule(balancerId, step, signal),
  'set-certificates': (step, { clb, balancerId, signal }) => clb.setCertificates(balancerId, step, signal),
} satisfies Calls;

const senders: { readonly [K in StepKind]: Sender<K> } = {
  'modify-load-balancer': oneByOne(calls['modify-load-balancer']),
  'create-listener': (steps, { clb, balancerId, signal }) => clb.createListeners(balancerId, steps, signal),
  'modify-listener': oneByOne(calls['modify-listener']),
  'delete-listener': oneByOne(calls['delete-listener']),
  'create-rule': (steps, { clb, balancerId, signal }) => clb.createRules(balancerId, steps, signal),
  'modify-rule': oneByOne(calls['modify-rule']),
  'delete-rule': async (steps, { clb, balancerId, signal }) => {
    await clb.deleteRules(balancerId, steps, signal);
    return [];
  },
  'set-certificates': oneByOne(calls['set-certificates']),
  'create-redirect': async (steps, { clb, balancerId, signal }) => {
    await clb.createRedirects(balancerId, steps, signal);
    return [];
  },
  'delete-redirect': async (steps, { clb, balancerId, signal }) => {
    await clb.deleteRedirects(balancerId, steps, signal);
    return [];
  },
  register: (steps, { clb, balancerId, signal }) => clb.register(balancerId, steps, signal),
  'set-weight': async (steps, { clb, balancerId, signal }) => {
    await clb.setWeight(balancerId, steps, signal);
    return [];
  },
  deregister: (steps, { clb, balancerId, signal }) => clb.deregister(balancerId, steps, signal),
};
