import type { StepRefusal } from '../../core/model/clb-port.ts';
import { CloudError } from '../../core/model/cloud-error.ts';
import { markedTag } from '../../core/model/target-tag.ts';
import type { StepOf } from '../../core/model/step.ts';
import type { TargetRef } from '../../core/model/target.ts';
import type { Answer, Request } from '../actions.ts';
import { chunks } from './chunks.ts';
import { given } from './fields.ts';
import type { StepCall } from './step-call.ts';

/** BatchRegisterTargets, doc 214/38303. */
const mostTargets = 500;

type BatchTarget = Request<'BatchRegisterTargets'>['Targets'][number];
type Register = StepOf<'register'>;
type Deregister = StepOf<'deregister'>;

export function toRegisterCalls(
  id: string,
  steps: readonly Register[],
): readonly StepCall<Register, Request<'BatchRegisterTargets'>>[] {
  return chunks(steps, mostTargets).map((some) => ({
    request: {
      LoadBalancerId: id,
      Targets: some.map((step) => ({ ...placedTarget(step.target), Weight: step.weight, Tag: tagOf(step) })),
    },
    steps: some,
  }));
}

export function toDeregisterCalls(
  id: string,
  steps: readonly Deregister[],
): readonly StepCall<Deregister, Request<'BatchDeregisterTargets'>>[] {
  return chunks(steps, mostTargets).map((some) => ({
    request: { LoadBalancerId: id, Targets: some.map(({ target }) => placedTarget(target)) },
    steps: some,
  }));
}

function tagOf({ tag, clusterId }: Register): string {
  return clusterId === undefined ? tag : markedTag(clusterId, tag);
}

function placedTarget(target: TargetRef): BatchTarget {
  return {
    ListenerId: target.listenerId,
    ...given<BatchTarget>({ LocationId: target.locationId }),
    ...addressFields(target),
  };
}

/** EniIp takes any private IP of the VPC, InstanceId only a node's; the API takes exactly one of them. */
export function addressFields({ ip, port, instanceId }: TargetRef): Pick<BatchTarget, 'EniIp' | 'InstanceId' | 'Port'> {
  return instanceId === undefined ? { EniIp: ip, Port: port } : { InstanceId: instanceId, Port: port };
}

type BatchAction = 'BatchRegisterTargets' | 'BatchDeregisterTargets';

/** A batch that failed for some listeners is a success that names them; one text stands for all. */
export function toRefusals<S extends Register | Deregister>(
  action: BatchAction,
  answer: Answer<BatchAction>,
  steps: readonly S[],
): readonly StepRefusal<S>[] {
  const said = answer.Message?.trim() ?? '';
  const message = said === '' ? 'The CLB gave no reason.' : said;
  return (answer.FailListenerIdSet ?? []).map((listenerId) => {
    const own = steps.filter(({ target }) => target.listenerId === listenerId);
    const text = `Listener ${listenerId} did not take a change of its targets: ${message}`;
    const about = {
      kind: 'refused',
      code: 'TargetsRefused',
      action,
      requestId: answer.RequestId ?? undefined,
    } as const;
    // A listener that was not asked for: any of the steps may be the one that was not done.
    return { steps: own.length === 0 ? steps : own, error: new CloudError(text, about) };
  });
}
