import type { Listener as ListenerAnswer } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import type { Listener, LoadBalancer } from '../../state/model.ts';
import { isL7 } from '../../state/place.ts';
import { defineAction, type Answer } from '../parts/action.ts';
import { apiTime } from '../parts/answer-values.ts';
import { describeCertificates } from '../parts/certificates.ts';
import { requireLoadBalancer, selectListeners } from '../parts/lookup.ts';
import { describeRule } from '../parts/rule-answer.ts';

/** The settings of listeners that have no rules; HTTP and HTTPS keep them with their rules. */
function describeStream(listener: Listener) {
  const { idleConnectTimeout, reschedule } = listener;
  if (isL7(listener.protocol)) {
    return { HealthCheck: null, Scheduler: null, SessionExpireTime: null, IdleConnectTimeout: null };
  }
  return {
    HealthCheck: { ...listener.healthCheck },
    Scheduler: listener.scheduler,
    SessionExpireTime: listener.sessionExpireTime,
    TargetType: 'NODE',
    DeregisterTargetRst: listener.deregisterTargetRst,
    IdleConnectTimeout: idleConnectTimeout,
    RescheduleInterval: reschedule.intervalS,
    RescheduleStartTime: reschedule.startTimeS,
  };
}

const flags: [string, (listener: Listener) => boolean][] = [
  ['RescheduleTargetZeroWeight', ({ reschedule }) => reschedule.zeroWeight],
  ['RescheduleUnhealthy', ({ reschedule }) => reschedule.unhealthy],
  ['RescheduleExpandTarget', ({ reschedule }) => reschedule.expandTarget],
  ['ProxyProtocol', ({ proxyProtocol }) => proxyProtocol],
  ['SnatEnable', ({ snatEnable }) => snatEnable],
];

function describe({ started }: LoadBalancer, listener: Listener): Answer<ListenerAnswer> {
  return {
    ...describeStream(listener),
    ListenerId: listener.id,
    ListenerName: listener.name,
    Protocol: listener.protocol,
    Port: listener.port,
    EndPort: listener.endPort,
    Certificate: describeCertificates(listener.certificate),
    SessionType: listener.sessionType,
    SniSwitch: listener.sniSwitch,
    Rules: isL7(listener.protocol) ? listener.rules.map((rule) => describeRule(listener, rule)) : null,
    CreateTime: apiTime(listener.createdAtMs),
    KeepaliveEnable: isL7(listener.protocol) ? listener.keepaliveEnable : null,
    AttrFlags: [...flags.filter(([, isOn]) => isOn(listener)).map(([flag]) => flag), ...(started ? [] : ['Stop'])],
    MaxConn: listener.maxConn,
    MaxCps: listener.maxCps,
    DataCompressMode: listener.dataCompressMode,
  };
}

export const describeListeners = defineAction('DescribeListeners', (request, context) => {
  const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
  const listeners = selectListeners(loadBalancer, request);
  return { Listeners: listeners.map((listener) => describe(loadBalancer, listener)), TotalCount: listeners.length };
});
