import { ApiError } from '../../errors/api-error.ts';
import { checkQuota } from '../../limits/quotas.ts';
import { newId } from '../../state/ids.ts';
import type { Listener, LoadBalancer, Protocol } from '../../state/model.ts';
import { plainListener } from '../../state/plain.ts';
import { defineAction, type ActionContext, type RequestOf } from '../parts/action.ts';
import { checkInterval } from '../parts/address-versions.ts';
import { startTask } from '../parts/start-task.ts';
import { takeCertificates } from '../parts/certificates.ts';
import { toHealthCheck } from '../parts/health-check.ts';
import { checkSettings } from '../parts/listener-checks.ts';
import { toSettings } from '../parts/listener-settings.ts';
import { requireLoadBalancer } from '../parts/lookup.ts';

type Request = RequestOf<'CreateListener'>;

/** Listeners of one transport share the ports of a load balancer. */
const transportOf = (protocol: string) => (protocol === 'UDP' || protocol === 'QUIC' ? 'UDP' : 'TCP');

function checkPorts(loadBalancer: LoadBalancer, { Ports, EndPort = 0, Protocol: protocol }: Request): void {
  const ports = Ports.map(Number);
  const own = loadBalancer.listeners.filter((other) => transportOf(other.protocol) === transportOf(protocol));
  const isTaken = (port: number) =>
    own.some((it) => it.port <= Math.max(port, EndPort) && Math.max(it.port, it.endPort) >= port);
  const taken = ports.find((port, index) => ports.indexOf(port) !== index || isTaken(port));
  if (taken !== undefined) {
    const message = `The port ${taken}/${protocol} of ${loadBalancer.id} is taken.`;
    throw new ApiError('InvalidParameter.PortCheckFailed', message);
  }
}

function checkShape({ ListenerNames: names, Ports, EndPort = 0, FullEndPorts }: Request): void {
  if (names && names.length !== Ports.length) {
    throw new ApiError('InvalidParameterValue.Length', 'ListenerNames must be as many as Ports.');
  }
  if (EndPort > 0 && (Ports.length !== 1 || EndPort < Number(Ports[0]))) {
    throw new ApiError(
      'InvalidParameter.PortCheckFailed',
      'With EndPort, Ports holds the one first port of the range.',
    );
  }
  if (FullEndPorts !== undefined) {
    throw new ApiError('UnsupportedOperation', 'The emulator has no listeners of the full range of ports.');
  }
}

/** With SNI, certificates come with the domains; with SslCloseSwitch there are none. */
function checkCertificate(request: Request): void {
  if (!['TCP_SSL', 'QUIC', 'HTTPS'].includes(request.Protocol)) return;
  const hasCertificate = request.Certificate !== undefined || request.MultiCertInfo !== undefined;
  if (request.SniSwitch === 1 && hasCertificate) {
    const message = 'With SNI, certificates come with the rules: leave Certificate and MultiCertInfo out.';
    throw new ApiError('InvalidParameter.ProtocolCheckFailed', message);
  }
  if (request.SniSwitch === 1 || request.SslCloseSwitch === true || hasCertificate) return;
  throw new ApiError('MissingParameter', `Certificate or MultiCertInfo is needed for ${request.Protocol} listeners.`);
}

function build(request: Request, context: ActionContext): Listener[] {
  const protocol = request.Protocol as Protocol;
  const certificate = takeCertificates(context, request);
  const usual = { ...plainListener, idleConnectTimeout: transportOf(protocol) === 'UDP' ? 300 : 900 };
  return request.Ports.map((port, index) => ({
    ...toSettings(request, usual),
    id: newId('lbl', context),
    name: request.ListenerNames?.[index] ?? '',
    certificate,
    protocol,
    port: Number(port),
    endPort: request.EndPort ?? 0,
    createdAtMs: context.clock.now(),
    healthCheck: toHealthCheck(request.HealthCheck ?? {}, { protocol }),
    targets: [],
    rules: [],
  }));
}

export const createListener = defineAction('CreateListener', (asked, context) => {
  const request = { ...asked, Protocol: asked.Protocol.toUpperCase() };
  const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
  checkShape(request);
  checkCertificate(request);
  checkSettings(request, request.Protocol as Protocol, loadBalancer);
  checkInterval(loadBalancer, request.HealthCheck);
  checkPorts(loadBalancer, request);
  const { listenersPerLoadBalancer: quota } = context.quotas;
  checkQuota(`listeners of ${loadBalancer.id}`, loadBalancer.listeners.length, request.Ports.length, quota);
  const listeners = build(request, context);
  startTask(context, [loadBalancer.id], () =>
    listeners.forEach((listener) => context.store.addListener(loadBalancer, listener)),
  );
  return { ListenerIds: listeners.map(({ id }) => id) };
});
