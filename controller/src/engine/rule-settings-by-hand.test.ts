import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import type { ObjectReference } from '../core/model/related-objects.ts';
import type { RuleSettings } from '../core/model/settings.ts';
import { clbId } from '../testing/builders.ts';
import { anIngress, aPath, onExisting } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { worldWithBackend, type World } from '../testing/world.ts';

/** Settings of rules that an Ingress asks for, and that somebody changes in the console. */
inVirtualTime();

const secret: ObjectReference<'Secret'> = { kind: 'Secret', namespace: 'shop', name: 'cert' };
const tuned = { kind: 'TkeServiceConfig', namespace: 'shop', name: 'tuned' } as const;
const rule = {
  url: '/',
  scheduler: 'IP_HASH',
  session: { enable: true, sessionExpireTime: 60 },
  healthCheck: { enable: true, intervalTime: 7, httpCheckPath: '/ok', httpCode: 2 },
  forwardType: 'GRPC',
};
const l7Listeners = [{ protocol: 'HTTPS', port: 443, domains: [{ domain: 'a.com', rules: [rule] }] }];

let world: World;
beforeEach(async () => {
  world = worldWithBackend();
  world.cluster.putRelated(secret, { certificateId: 'one', caCertificateId: undefined });
  world.cluster.putRelated(tuned, { spec: { loadBalancer: { l7Listeners } } });
  const paths = [aPath({ host: 'a.com' }), aPath(), aPath({ host: 'b.com' })];
  const annotations = { ...onExisting, [ingressAnnotation.serviceConfig]: 'tuned' };
  world.cluster.ingresses.put(anIngress({ annotations, paths, tls: [{ hosts: ['a.com'], secretName: 'cert' }] }));
  world.start({ resyncMs: 300 });
  await until(() => Object.keys(world.clb.picture(clbId)).length === 3);
  await passMs(1_000);
});
afterEach(async () => passing(world.stop()));

const settings = () =>
  world.clb.listenersOf(clbId).flatMap(({ port, rules }) => {
    return rules.map(({ domain, url, settings: found }) => [`${port} ${domain}${url}`, found]);
  });

/** As the console does it. */
function change(domain: string, change: RuleSettings): void {
  for (const { id: listenerId, rules } of world.clb.listenersOf(clbId)) {
    for (const { locationId, domain: found, url } of rules.filter((one) => one.domain === domain)) {
      const place = { protocol: 'HTTPS', port: 443, domain: found, url } as const;
      const step = { kind: 'modify-rule', listenerId, locationId, place, owners: [], reason: 'wanted' } as const;
      world.clb.balancers.get(clbId)?.modifyRule({ ...step, settings: change });
    }
  }
}

test.each<[string, string, RuleSettings, string, string]>([
  ['scheduler', 'a.com', { scheduler: 'WRR' }, 'ListenerSettingsChanged', 'scheduler from IP_HASH to WRR'],
  ['session time', 'a.com', { sessionExpireTime: 0 }, 'ListenerSettingsChanged', 'sessionExpireTime from 60 to 0'],
  [
    'interval of the health check',
    'a.com',
    { healthCheck: { IntervalTime: 60 } },
    'ListenerSettingsChanged',
    'IntervalTime from 7 to 60',
  ],
  [
    'path of the health check',
    'a.com',
    { healthCheck: { HttpCheckPath: '/' } },
    'ListenerSettingsChanged',
    'HttpCheckPath from /ok to /',
  ],
  [
    'statuses of the health check',
    'a.com',
    { healthCheck: { HttpCode: 31 } },
    'ListenerSettingsChanged',
    'HttpCode from 2 to 31',
  ],
  ['health check', 'a.com', { healthCheck: { HealthSwitch: 0 } }, 'HealthCheckOff', 'clb-direct switches it on'],
  ['forward type', 'a.com', { forwardType: 'HTTP' }, 'ListenerSettingsChanged', 'forwardType from GRPC to HTTP'],
  ['HTTP/2', 'a.com', { http2: false }, 'ListenerSettingsChanged', 'http2 from true to false'],
  [
    'certificate of a host',
    'a.com',
    { certificates: { mode: 'UNIDIRECTIONAL', ids: ['two'] } },
    'ListenerSettingsChanged',
    'certificates from',
  ],
  ['default domain', 'b.com', { isDefault: true }, 'ListenerSettingsChanged', 'isDefault from true to unset'],
])(
  'The %s that somebody changes by hand, twice, is put back each time, and told once.',
  async (...[, host, by, reason, text]) => {
    const before = settings();
    for (const times of [1, 2]) {
      change(host, by);
      expect(settings()).not.toEqual(before);
      await until(() => world.undone.length === times);
      await passMs(1_000);
      expect(settings()).toEqual(before);
    }
    const told = world.cluster.announcements.filter((one) => one.reason === reason);
    expect(told).toMatchObject([{ about: 'shop/site', message: expect.stringContaining(text) }]);
  },
);
