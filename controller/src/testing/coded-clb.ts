import { ordinaryFlow } from '@clb-direct/shared/domain/flow.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import type { ActionName, Ask } from '../clb/actions.ts';
import { ApiFailure } from '../clb/api-failure.ts';
import { systemClock } from '../clb/clock.ts';
import { toCloudError } from '../clb/cloud-error.ts';
import { ownCode } from '../clb/error-kinds.ts';
import { retried } from '../clb/retried.ts';
import { sendEach } from '../clb/writes/write-calls.ts';
import type { ClbPort, StepRefusal } from '../core/model/clb-port.ts';
import type { Step } from '../core/model/step.ts';
import { FakeClb } from './fake-clb.ts';
import { apiError } from './fake-load-balancer.ts';

type Action = keyof ClbPort;

/** What the API calls the actions of the port. */
const apiActions = {
  describeLoadBalancer: 'DescribeLoadBalancers',
  describeListeners: 'DescribeListeners',
  describeTargets: 'DescribeTargets',
  describeHealth: 'DescribeTargetHealth',
  createListeners: 'CreateListener',
  modifyListener: 'ModifyListener',
  deleteListener: 'DeleteListener',
  createRules: 'CreateRule',
  modifyRule: 'ModifyRule',
  deleteRules: 'DeleteRule',
  createRedirects: 'ManualRewrite',
  deleteRedirects: 'DeleteRewrite',
  setCertificates: 'ModifyDomainAttributes',
  register: 'BatchRegisterTargets',
  deregister: 'BatchDeregisterTargets',
  setWeight: 'BatchModifyTargetWeight',
} as const satisfies Partial<Record<Action, ActionName>>;

export type CodedAction = keyof typeof apiActions;

const actions = Object.keys(apiActions) as CodedAction[];
export const isRead = (action: Action) => action.startsWith('describe');
export const readActions = actions.filter((action) => isRead(action));
/** Only an Ingress asks for them. */
export const redirectActions = ['createRedirects', 'deleteRedirects'] as const satisfies readonly CodedAction[];
export const writeActions = actions.filter((action) => {
  return !isRead(action) && !redirectActions.some((one) => one === action);
});

/** One request to the API, by the clock of the tests. */
interface Request {
  readonly action: Action;
  readonly atMs: number;
}

/** Nothing of these comes from the API itself. */
const withoutRequestId: readonly string[] = [ownCode.network, ownCode.timeout, ownCode.malformed, 'Http500', 'Http429'];
const api = { region: 'ap-test', endpoint: 'https://clb.test' };

/**
 * CLBs behind an API that answers with error codes. What a code means, and which calls are asked again at once, is
 * decided by the product's own functions.
 */
export class CodedClb extends FakeClb {
  readonly requests: Request[] = [];
  /** What the API answers instead of doing it. */
  codeOf: (action: Action) => string | undefined = () => undefined;
  /** Whether a write is confirmed and nothing comes of it. */
  isVain: (action: Action) => boolean = () => false;
  #undo: (() => void) | undefined;
  readonly #ask = retried(async ({ action, purpose }) => this.#answer(action, purpose), {
    clock: systemClock,
    random: () => 0.5,
    log: createLogger({ program: 'test', level: 'silent' }),
  });

  /** The next call of this action gets no answer, and is done a while later. */
  delayNext(action: CodedAction, laterMs: number): void {
    const own = this as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const call = CodedClb.prototype[action].bind(this) as (...args: unknown[]) => Promise<unknown>;
    own[action] = async (...args) => {
      // The method of the class counts again.
      Reflect.deleteProperty(own, action);
      setTimeout(() => void call(...args).catch(() => undefined), laterMs);
      return Promise.reject(apiError('transient', ownCode.timeout, 'the answer was lost'));
    };
  }

  override async createListeners(...[id, steps, signal]: Parameters<FakeClb['createListeners']>) {
    return callByCall(steps, async () => super.createListeners(id, steps, signal));
  }

  override async createRules(...[id, steps, signal]: Parameters<FakeClb['createRules']>) {
    return callByCall(steps, async () => super.createRules(id, steps, signal));
  }

  protected override async answerTo(...[action, id, signal]: Parameters<FakeClb['answerTo']>): Promise<void> {
    await super.answerTo(action, id, signal);
    await this.#ask(askOf(action), signal, ordinaryFlow);
    this.#undo = this.isVain(action) ? this.#saved(id) : undefined;
  }

  protected override wrote(...write: Parameters<FakeClb['wrote']>): void {
    this.#undo?.();
    super.wrote(...write);
  }

  async #answer(name: string, purpose: string): Promise<object> {
    const action = Object.entries(apiActions).find(([, one]) => one === name)?.[0] as CodedAction;
    this.requests.push({ action, atMs: performance.now() });
    const code = this.codeOf(action);
    if (code === undefined) return Promise.resolve({});
    const failure = new ApiFailure(code, 'the test says so', withoutRequestId.includes(code) ? undefined : 'req-1');
    return Promise.reject(toCloudError(failure, { action: name, purpose }, api, 'the test'));
  }

  #saved(id: string): () => void {
    const { about, listeners, targets } = this.at(id);
    const [listenersBefore, targetsBefore] = [[...listeners], [...targets]];
    return () => {
      this.at(id).about = about;
      replace(listeners, listenersBefore);
      replace(targets, targetsBefore);
    };
  }
}

function askOf(port: Action): Ask {
  const action = apiActions[port as CodedAction];
  const effect = isRead(port) ? 'read' : 'write';
  return { action, effect, purpose: `do ${port}`, request: {} };
}

/** As the API's client does it: what this very call was refused for comes back. */
async function callByCall<S extends Step>(
  steps: readonly S[],
  send: () => Promise<StepRefusal<S>[]>,
): Promise<StepRefusal<S>[]> {
  const refusals: StepRefusal<S>[] = [];
  const failed = await sendEach([{ request: {}, steps }], async () => {
    refusals.push(...(await send()));
  });
  return [...failed, ...refusals];
}

function replace<K, V>(map: Map<K, V>, entries: readonly (readonly [K, V])[]): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}
