import { CloudError } from '../core/model/cloud-error.ts';
import type { ClbPort, StepRefusal } from '../core/model/clb-port.ts';
import type { Step, StepKind, StepOf } from '../core/model/step.ts';

interface Target {
  readonly clb: ClbPort;
  readonly balancerId: string;
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
  return send(steps, to);
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

/** The API takes rules of one listener in a call. */
function byListener<S extends StepOf<'create-rule' | 'delete-rule'>>(steps: readonly S[]): readonly (readonly S[])[] {
  return [...Map.groupBy(steps, ({ listenerId }) => listenerId).values()];
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
  'create-rule': async (steps, { clb, balancerId, signal }) => {
    const refusals: StepRefusal<StepOf<'create-rule'>>[] = [];
    for (const some of byListener(steps)) refusals.push(...(await clb.createRules(balancerId, some, signal)));
    return refusals;
  },
  'modify-rule': oneByOne(calls['modify-rule']),
  'delete-rule': async (steps, { clb, balancerId, signal }) => {
    for (const some of byListener(steps)) await clb.deleteRules(balancerId, some, signal);
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
