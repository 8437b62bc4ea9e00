import type {
  DescribeListenersRequest,
  DescribeListenersResponse,
  Listener as ListenerAnswer,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import type { Listener } from '../state/model.ts';
import { defineAction, type Answer } from './action.ts';
import { fields, listOf, port, text } from './fields.ts';
import { apiTime, requireLoadBalancer, selectListeners } from './lookup.ts';

function describe(listener: Listener): Answer<ListenerAnswer> {
  return {
    ListenerId: listener.id,
    ListenerName: listener.name,
    Protocol: listener.protocol,
    Port: listener.port,
    EndPort: 0,
    Certificate: null,
    HealthCheck: { ...listener.healthCheck },
    Scheduler: listener.scheduler,
    SessionExpireTime: listener.sessionExpireTime,
    SessionType: 'NORMAL',
    SniSwitch: 0,
    Rules: null,
    CreateTime: apiTime(listener.createdAtMs),
    TargetType: 'NODE',
    TargetGroup: null,
    TargetGroupList: [],
    KeepaliveEnable: 0,
    Toa: false,
    DeregisterTargetRst: listener.deregisterTargetRst,
    AttrFlags: [],
    MaxConn: -1,
    MaxCps: -1,
    IdleConnectTimeout: listener.idleConnectTimeout,
  };
}

export const describeListeners = defineAction<DescribeListenersRequest, DescribeListenersResponse>({
  name: 'DescribeListeners',
  write: false,
  schema: fields({ LoadBalancerId: text(), ListenerIds: listOf(text(), 100), Protocol: text(), Port: port }, [
    'LoadBalancerId',
  ]),
  run(request, context) {
    const listeners = selectListeners(requireLoadBalancer(context, request.LoadBalancerId), request);
    return { Listeners: listeners.map(describe), TotalCount: listeners.length };
  },
});
