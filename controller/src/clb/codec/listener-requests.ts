import type { ListenerSettings } from '../../core/model/settings.ts';
import type { StepOf } from '../../core/model/step.ts';
import type { Request } from '../actions.ts';
import { certificateFields } from './certificates.ts';
import { chunks } from './chunks.ts';
import { given } from './fields.ts';
import type { StepCall } from './step-call.ts';

type CreateListener = StepOf<'create-listener'>;

/** The API's own error text says that there must be less than 50. */
const mostPorts = 49;

/** One request for listeners that share protocol and settings: the API takes one of each for all its ports. */
export function toCreateListenerCalls(
  id: string,
  steps: readonly CreateListener[],
): readonly StepCall<CreateListener, Request<'CreateListener'>>[] {
  const alike = Map.groupBy(steps, ({ place, settings }) => JSON.stringify([place.protocol, settings]));
  return [...alike.values()].flatMap((group) => chunks(group, mostPorts).flatMap((some) => toCreateCall(id, some)));
}

function toCreateCall(id: string, steps: readonly CreateListener[]) {
  const [first] = steps;
  if (first === undefined) return [];
  const request: Request<'CreateListener'> = {
    LoadBalancerId: id,
    Protocol: first.place.protocol,
    Ports: steps.map(({ place }) => place.port),
    ListenerNames: steps.map(({ name }) => name),
    ...settingFields(first.settings),
    ...certificateFields(first.settings.certificates),
  };
  return [{ request, steps }];
}

export function toModifyListenerRequest(
  id: string,
  { listenerId, name, settings }: StepOf<'modify-listener'>,
): Request<'ModifyListener'> {
  return {
    LoadBalancerId: id,
    ListenerId: listenerId,
    ...given<Request<'ModifyListener'>>({ ListenerName: name }),
    ...settingFields(settings),
  };
}

type SettingFields = Pick<
  Request<'CreateListener'>,
  | 'HealthCheck'
  | 'Scheduler'
  | 'SessionExpireTime'
  | 'SniSwitch'
  | 'KeepaliveEnable'
  | 'DeregisterTargetRst'
  | 'RescheduleTargetZeroWeight'
  | 'RescheduleUnhealthy'
  | 'RescheduleExpandTarget'
  | 'RescheduleStartTime'
  | 'RescheduleInterval'
>;

function settingFields(settings: Omit<ListenerSettings, 'certificates'>): SettingFields {
  const { healthCheck, scheduler, sessionExpireTime, sniSwitch, keepalive } = settings;
  return given<SettingFields>({
    HealthCheck: healthCheck,
    Scheduler: scheduler,
    SessionExpireTime: sessionExpireTime,
    SniSwitch: sniSwitch === undefined ? undefined : Number(sniSwitch),
    KeepaliveEnable: keepalive === undefined ? undefined : Number(keepalive),
    DeregisterTargetRst: settings.deregisterTargetRst,
    RescheduleTargetZeroWeight: settings.rescheduleTargetZeroWeight,
    RescheduleUnhealthy: settings.rescheduleUnhealthy,
    RescheduleExpandTarget: settings.rescheduleExpandTarget,
    RescheduleStartTime: settings.rescheduleStartTime,
    RescheduleInterval: settings.rescheduleInterval,
  });
}
