import type { Listener, ListenerSettings, Reschedule } from '../../state/model.ts';
import type { RequestOf } from './action.ts';

type Request = Omit<RequestOf<'ModifyListener'>, 'LoadBalancerId' | 'ListenerId' | 'ListenerName'> & {
  SessionType?: string;
};

function rescheduleOf(request: Request, before: Reschedule): Reschedule {
  return {
    zeroWeight: request.RescheduleTargetZeroWeight ?? before.zeroWeight,
    unhealthy: request.RescheduleUnhealthy ?? before.unhealthy,
    expandTarget: request.RescheduleExpandTarget ?? before.expandTarget,
    startTimeS: request.RescheduleStartTime ?? before.startTimeS,
    intervalS: request.RescheduleInterval ?? before.intervalS,
  };
}

const bit = (value: number | undefined, before: 0 | 1) => (value === undefined ? before : value === 1 ? 1 : 0);

type Settings = Omit<ListenerSettings, 'name' | 'certificate'>;

/** The settings of a listener after a request: what it names, the others as before. */
export function toSettings(request: Request, before: Settings | Listener): Settings {
  return {
    ...streamSettings(request, before),
    reschedule: rescheduleOf(request, before.reschedule),
    proxyProtocol: request.ProxyProtocol ?? before.proxyProtocol,
    keepaliveEnable: bit(request.KeepaliveEnable, before.keepaliveEnable),
    sniSwitch: bit(request.SniSwitch, before.sniSwitch),
    maxConn: request.MaxConn ?? before.maxConn,
    maxCps: request.MaxCps ?? before.maxCps,
    dataCompressMode: request.DataCompressMode ?? before.dataCompressMode,
  };
}

function streamSettings(request: Request, before: Settings) {
  return {
    scheduler: request.Scheduler ?? before.scheduler,
    sessionExpireTime: request.SessionExpireTime ?? before.sessionExpireTime,
    sessionType: request.SessionType ?? before.sessionType,
    idleConnectTimeout: request.IdleConnectTimeout ?? before.idleConnectTimeout,
    deregisterTargetRst: request.DeregisterTargetRst ?? before.deregisterTargetRst,
    snatEnable: request.SnatEnable ?? before.snatEnable,
  };
}
