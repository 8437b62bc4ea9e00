import type { HealthCheckSpec, ListenerSpec, Refusal, TargetRef, TargetSpec } from '../core/clb-port.ts';
import type { Answer, Request } from './actions.ts';

/** What one call may carry (doc 214/38303, 214/33844; CreateListener: the API's own error text). */
const most = { targetsPerBatch: 500, portsPerCreate: 49, targetsPerWeightEntry: 50, weightEntries: 100, weights: 500 };

interface CreateCall {
  readonly request: Request<'CreateListener'>;
  readonly specs: readonly ListenerSpec[];
}

/** One request for listeners that share protocol and health check: the API takes one of each for all its ports. */
export function toCreateRequests(loadBalancerId: string, specs: readonly ListenerSpec[]): readonly CreateCall[] {
  const alike = Map.groupBy(specs, ({ protocol, healthCheck }) => JSON.stringify([protocol, healthCheck]));
  return [...alike.values()].flatMap((group) =>
    chunks(group, most.portsPerCreate).map((some) => {
      return { request: toCreateRequest(loadBalancerId, some), specs: some };
    }),
  );
}

function toCreateRequest(loadBalancerId: string, specs: readonly ListenerSpec[]): Request<'CreateListener'> {
  const [first] = specs;
  return {
    LoadBalancerId: loadBalancerId,
    Protocol: first?.protocol ?? 'TCP',
    Ports: specs.map(({ port }) => port),
    ListenerNames: specs.map(({ name }) => name),
    ...(first?.healthCheck === undefined ? {} : { HealthCheck: toHealthCheck(first.healthCheck) }),
  };
}

function toHealthCheck({ intervalSeconds, timeoutSeconds, healthyCount, unhealthyCount }: HealthCheckSpec) {
  return {
    HealthSwitch: 1,
    IntervalTime: intervalSeconds,
    TimeOut: timeoutSeconds,
    HealthNum: healthyCount,
    UnHealthNum: unhealthyCount,
  };
}

/** Pods are bound by their IP: EniIp takes any private IP of the VPC, InstanceId only that of a node. */
export function toRegisterRequests(
  loadBalancerId: string,
  targets: readonly TargetSpec[],
): readonly Request<'BatchRegisterTargets'>[] {
  return chunks(targets, most.targetsPerBatch).map((some) => ({
    LoadBalancerId: loadBalancerId,
    Targets: some.map(({ listenerId, ip, port, weight, tag }) => {
      return { ListenerId: listenerId, EniIp: ip, Port: port, Weight: weight, Tag: tag };
    }),
  }));
}

export function toDeregisterRequests(
  loadBalancerId: string,
  targets: readonly TargetRef[],
): readonly Request<'BatchDeregisterTargets'>[] {
  return chunks(targets, most.targetsPerBatch).map((some) => ({
    LoadBalancerId: loadBalancerId,
    Targets: some.map(({ listenerId, ip, port }) => ({ ListenerId: listenerId, EniIp: ip, Port: port })),
  }));
}

type WeightEntry = Request<'BatchModifyTargetWeight'>['ModifyList'][number];

export function toWeightRequests(
  loadBalancerId: string,
  targets: readonly TargetRef[],
  weight: number,
): readonly Request<'BatchModifyTargetWeight'>[] {
  const entries = [...Map.groupBy(targets, ({ listenerId }) => listenerId)].flatMap(([listenerId, group]) =>
    chunks(group, most.targetsPerWeightEntry).map((some): WeightEntry => {
      return {
        ListenerId: listenerId,
        Targets: some.map(({ ip, port }) => ({ EniIp: ip, Port: port })),
        Weight: weight,
      };
    }),
  );
  return packed(entries).map((ModifyList) => ({ LoadBalancerId: loadBalancerId, ModifyList }));
}

function packed(entries: readonly WeightEntry[]): WeightEntry[][] {
  const calls: WeightEntry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const call = calls.at(-1);
    if (call === undefined || call.length === most.weightEntries || entry.Targets.length > room) {
      calls.push([entry]);
      room = most.weights - entry.Targets.length;
    } else {
      call.push(entry);
      room -= entry.Targets.length;
    }
  }
  return calls;
}

/** A batch that failed for some listeners is a success that names them; one text stands for all. */
export function toRefusals(
  answer: Answer<'BatchRegisterTargets'> | Answer<'BatchDeregisterTargets'>,
): readonly Refusal[] {
  const said = answer.Message?.trim() ?? '';
  const message = said === '' ? 'The CLB gave no reason.' : said;
  return (answer.FailListenerIdSet ?? []).map((listenerId) => ({ listenerId, message }));
}

export function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}
