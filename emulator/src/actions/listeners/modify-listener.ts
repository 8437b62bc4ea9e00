import { ApiError } from '../../errors/api-error.ts';
import { defineAction } from '../parts/action.ts';
import { checkInterval } from '../parts/address-versions.ts';
import { startTask } from '../parts/start-task.ts';
import { takeCertificates } from '../parts/certificates.ts';
import { changeHealthCheck } from '../parts/health-check.ts';
import { checkSettings } from '../parts/listener-checks.ts';
import { toSettings } from '../parts/listener-settings.ts';
import { requireNamedListener } from '../parts/lookup.ts';

export const modifyListener = defineAction('ModifyListener', (request, context) => {
  const { loadBalancer, listener } = requireNamedListener(context, request);
  checkSettings(request, listener.protocol, loadBalancer);
  checkInterval(loadBalancer, request.HealthCheck);
  if (request.SniSwitch === 0 && listener.sniSwitch === 1) {
    throw new ApiError('UnsupportedOperation', `SNI of ${listener.id} is on and cannot be switched off.`);
  }
  if (request.MultiCertInfo && listener.sniSwitch === 1) {
    const message = `SNI of ${listener.id} is on: its certificates are those of the rules.`;
    throw new ApiError('InvalidParameter.ProtocolCheckFailed', message);
  }
  const change = {
    ...toSettings(request, listener),
    name: request.ListenerName ?? listener.name,
    certificate: takeCertificates(context, request) ?? listener.certificate,
  };
  const check = request.HealthCheck && changeHealthCheck(listener.healthCheck, request.HealthCheck, listener);
  const { store } = context;
  startTask(context, [loadBalancer.id], () => {
    store.changeListener(loadBalancer, listener, change);
    if (check) store.changeHealthCheck({ loadBalancer, listener }, check);
  });
  return {};
});
