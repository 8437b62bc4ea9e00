import type {
  CreateListenerRequest,
  CreateListenerResponse,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { ApiError } from '../api/api-error.ts';
import { checkQuota } from '../limits/quotas.ts';
import { drawId } from '../random.ts';
import type { Listener, LoadBalancer } from '../state/model.ts';
import { plainListener } from '../state/plain.ts';
import { defineAction, type ActionContext } from './action.ts';
import { anything, fields, flag, integer, listOf, oneOf, port, text } from './fields.ts';
import { healthCheckSchema, toHealthCheck } from './health-check.ts';
import { requireLoadBalancer } from './lookup.ts';

function requireL4(protocol: string): 'TCP' | 'UDP' {
  if (protocol === 'TCP' || protocol === 'UDP') return protocol;
  throw new ApiError('UnsupportedOperation', `The emulator has no ${protocol} listeners yet: use TCP or UDP.`);
}

function checkPorts(loadBalancer: LoadBalancer, ports: number[], protocol: string): void {
  const taken = ports.find(
    (port, index) =>
      ports.indexOf(port) !== index ||
      loadBalancer.listeners.some((listener) => listener.port === port && listener.protocol === protocol),
  );
  if (taken !== undefined) {
    throw new ApiError(
      'InvalidParameter.PortCheckFailed',
      `The port ${taken}/${protocol} of ${loadBalancer.id} is taken.`,
    );
  }
}

function checkNames(request: CreateListenerRequest): void {
  const names = request.ListenerNames;
  if (!names || names.length === request.Ports.length) return;
  throw new ApiError('InvalidParameterValue.Length', 'ListenerNames must be as many as Ports.');
}

function build(request: CreateListenerRequest, protocol: 'TCP' | 'UDP', context: ActionContext): Listener[] {
  return request.Ports.map((port, index) => ({
    ...plainListener,
    id: drawId('lbl', context.random),
    name: request.ListenerNames?.[index] ?? '',
    protocol,
    port: Number(port),
    endPort: 0,
    scheduler: request.Scheduler ?? 'WRR',
    sessionExpireTime: request.SessionExpireTime ?? 0,
    idleConnectTimeout: request.IdleConnectTimeout ?? (protocol === 'TCP' ? 900 : 300),
    deregisterTargetRst: request.DeregisterTargetRst ?? false,
    createdAtMs: context.clock.now(),
    healthCheck: toHealthCheck(request.HealthCheck ?? {}, protocol),
    targets: [],
    rules: [],
  }));
}

export const createListener = defineAction<CreateListenerRequest, CreateListenerResponse>({
  name: 'CreateListener',
  write: true,
  schema: fields(
    {
      LoadBalancerId: text(),
      Ports: listOf(port, 49, 1),
      Protocol: oneOf('TCP', 'UDP', 'HTTP', 'HTTPS', 'TCP_SSL', 'QUIC'),
      ListenerNames: listOf(text(80)),
      HealthCheck: healthCheckSchema,
      Certificate: anything,
      SessionExpireTime: integer(0, 3600),
      Scheduler: oneOf('WRR', 'LEAST_CONN'),
      SniSwitch: oneOf(0, 1),
      TargetType: oneOf('NODE'),
      SessionType: oneOf('NORMAL'),
      KeepaliveEnable: oneOf(0, 1),
      EndPort: port,
      DeregisterTargetRst: flag,
      MultiCertInfo: anything,
      MaxConn: integer(-1),
      MaxCps: integer(-1),
      IdleConnectTimeout: integer(10, 1980),
      ProxyProtocol: flag,
      SnatEnable: flag,
      FullEndPorts: listOf(port),
      H2cSwitch: flag,
      SslCloseSwitch: flag,
      DataCompressMode: text(),
      RescheduleTargetZeroWeight: flag,
      RescheduleUnhealthy: flag,
      RescheduleExpandTarget: flag,
      RescheduleStartTime: integer(0, 3600),
      RescheduleInterval: integer(0, 3600),
    },
    ['LoadBalancerId', 'Ports', 'Protocol'],
  ),
  run(request, context) {
    const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
    const protocol = requireL4(request.Protocol);
    checkNames(request);
    checkPorts(loadBalancer, request.Ports.map(Number), protocol);
    const { listenersPerLoadBalancer } = context.quotas;
    checkQuota('listeners', loadBalancer.listeners.length, request.Ports.length, listenersPerLoadBalancer);
    const listeners = build(request, protocol, context);
    context.tasks.start({
      action: 'CreateListener',
      kind: 'task',
      requestId: context.requestId,
      loadBalancerIds: [loadBalancer.id],
      apply: () => listeners.forEach((listener) => context.store.addListener(loadBalancer, listener)),
    });
    return { ListenerIds: listeners.map(({ id }) => id) };
  },
});
