import type { ListenerAnswer } from '../../core/model/clb-port.ts';
import type { ListenerSettings } from '../../core/model/settings.ts';
import { hasRules } from '../../core/model/place.ts';
import type { Answer } from '../actions.ts';
import { malformed } from '../api-failure.ts';
import { toCertificates } from './certificates.ts';
import { given, required, textOrNothing, type Item } from './fields.ts';
import { toHealthCheck } from './health-check.ts';
import { toRedirects } from './redirects.ts';
import { toRules } from './rules.ts';

type Listener = Item<Answer<'DescribeListeners'>['Listeners']>;

export function toListeners(answer: Answer<'DescribeListeners'>): readonly ListenerAnswer[] {
  const listeners = required(answer.Listeners, 'Listeners');
  if (answer.TotalCount !== listeners.length) {
    throw malformed(`TotalCount says ${answer.TotalCount ?? 'nothing'}, and ${listeners.length} Listeners came`);
  }
  return listeners.map(toListener);
}

function toListener(listener: Listener): ListenerAnswer {
  const id = required(listener.ListenerId, 'ListenerId');
  const name = listener.ListenerName ?? '';
  const protocol = required(listener.Protocol, 'Protocol');
  return {
    id,
    name,
    protocol,
    port: required(listener.Port, 'Port'),
    settings: toSettings(listener, protocol),
    rules: toRules({ id, name, protocol }, listener.Rules),
    ...toRedirects(listener.Rules),
  };
}

/** SniSwitch comes with every listener and means something for HTTPS only. */
function toSettings(listener: Listener, protocol: string): ListenerSettings {
  const { SniSwitch: sni, KeepaliveEnable: keepalive } = listener;
  return given<ListenerSettings>({
    healthCheck: toHealthCheck(listener.HealthCheck),
    scheduler: textOrNothing(listener.Scheduler),
    sessionExpireTime: listener.SessionExpireTime,
    deregisterTargetRst: listener.DeregisterTargetRst,
    ...toReschedule(listener, protocol),
    sniSwitch: protocol === 'HTTPS' && typeof sni === 'number' ? sni === 1 : undefined,
    keepalive: hasRules(protocol) && typeof keepalive === 'number' ? keepalive === 1 : undefined,
    certificates: toCertificates(listener.Certificate),
  });
}

/** The switches are named in AttrFlags while they are on. */
function toReschedule(listener: Listener, protocol: string): ListenerSettings {
  if (protocol !== 'TCP' && protocol !== 'UDP') return {};
  const isOn = (flag: string) => listener.AttrFlags?.includes(flag);
  return given<ListenerSettings>({
    rescheduleTargetZeroWeight: isOn('RescheduleTargetZeroWeight'),
    rescheduleUnhealthy: isOn('RescheduleUnhealthy'),
    rescheduleExpandTarget: isOn('RescheduleExpandTarget'),
    rescheduleStartTime: listener.RescheduleStartTime,
    rescheduleInterval: listener.RescheduleInterval,
  });
}
