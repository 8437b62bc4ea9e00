import { describe, expect, test } from '@jest/globals';
import { aPort, aService } from '../../../testing/builders.ts';
import { isPodBinding } from '../../model/binding.ts';
import type { OwnerView } from '../../model/owner-view.ts';
import { describePlace } from '../../model/place.ts';
import type { Related, RelatedObjects, SecretFacts } from '../../model/related-objects.ts';
import { readService } from './read-service.ts';
import type { ServiceFacts } from './service-facts.ts';

type Secret = Related<SecretFacts>;

const secret = (certificateId?: string, caCertificateId?: string): Secret => {
  return { state: 'found', facts: { certificateId, caCertificateId } };
};

function read(spec: unknown, secrets: Readonly<Record<string, Secret>> = {}, service: Partial<ServiceFacts> = {}) {
  const objects = {
    related: ({ namespace, name }: { namespace: string; name: string }) =>
      (namespace === 'shop' ? secrets[name] : undefined) ?? { state: 'missing' },
  } as RelatedObjects;
  const annotations = { 'service.cloud.tencent.com/specify-protocol': JSON.stringify(spec) };
  return readService(aService({ ports: [aPort({ port: 443 })], annotations, ...service }), objects);
}

const placesOf = ({ bindings }: OwnerView) => bindings.map(({ place }) => describePlace(place));
const settingsOf = ({ bindings }: OwnerView) =>
  bindings.map(({ listenerSettings, ruleSettings }) => ({ ...listenerSettings, rule: ruleSettings }));
const problemsOf = ({ bindings }: OwnerView) => bindings.map(({ incomplete }) => incomplete?.message ?? '');

describe('a port', () => {
  test('with TCP and UDP is two listeners to the same port of the pods', () => {
    const view = read({ 443: { protocol: ['TCP', 'UDP'] } }, {}, { ports: [aPort({ port: 443, targetPort: 'web' })] });
    expect(placesOf(view)).toEqual(['TCP/443', 'UDP/443']);
    expect(
      view.bindings.filter(isPodBinding).map(({ backends }) => `${backends.protocol}/${backends.targetPort}`),
    ).toEqual(['TCP/web', 'TCP/web']);
  });

  test('whose number two ports of the Service have takes what runs over its own transport', () => {
    const ports = [aPort({ port: 53, protocol: 'TCP' }), aPort({ port: 53, protocol: 'UDP' })];
    expect(placesOf(read({ 53: { protocol: ['TCP', 'UDP'] } }, {}, { ports }))).toEqual(['TCP/53', 'UDP/53']);
  });

  test.each(['TCP_SSL', 'QUIC'])(
    'with %s is a listener with the certificate of the Secret, without RST',
    (protocol) => {
      const view = read({ 443: { protocol: [protocol], tls: 'cert' } }, { cert: secret('abc12345') });
      expect(placesOf(view)).toEqual([`${protocol}/443`]);
      expect(settingsOf(view)).toEqual([{ certificates: { mode: 'UNIDIRECTIONAL', ids: ['abc12345'] }, rule: {} }]);
      expect(view.references).toEqual([{ kind: 'Secret', namespace: 'shop', name: 'cert' }]);
    },
  );

  test('with HTTP is a listener of its own with one rule for all requests', () => {
    const view = read({ 443: { protocol: ['HTTP'] } }, {}, { healthCheck: 'on' });
    expect(placesOf(view)).toEqual(['HTTP/443 /']);
    expect(settingsOf(view)).toEqual([{ rule: { healthCheck: { HealthSwitch: 1 } } }]);
    expect(view.bindings[0]?.hasOwnListener).toBe(true);
  });

  test('with HTTPS and no hosts has its certificate at the listener', () => {
    const view = read({ 443: { protocol: ['HTTPS'], tls: 'cert' } }, { cert: secret('one') });
    expect(placesOf(view)).toEqual(['HTTPS/443 /']);
    expect(settingsOf(view)).toEqual([{ certificates: { mode: 'UNIDIRECTIONAL', ids: ['one'] }, rule: {} }]);
  });

  test('with HTTPS and hosts has SNI, a rule for each and its certificate there', () => {
    const hosts = { 'a.com': { tls: 'own' }, '*.b.com': {} };
    const view = read(
      { 443: { protocol: ['HTTPS'], tls: 'cert', hosts } },
      { cert: secret('one'), own: secret('two, three', 'ca') },
    );
    expect(placesOf(view)).toEqual(['HTTPS/443 a.com/', 'HTTPS/443 *.b.com/']);
    expect(settingsOf(view)).toEqual([
      { sniSwitch: true, rule: { certificates: { mode: 'MUTUAL', ids: ['three', 'two'], caId: 'ca' } } },
      {
        sniSwitch: true,
        rule: {
          certificates: { mode: 'UNIDIRECTIONAL', ids: ['one'] },
          healthCheck: { HttpCheckDomain: 'b.com' },
        },
      },
    ]);
  });

  test('whose entry is wrong waits, the others do not', () => {
    const ports = [aPort({ port: 443 }), aPort({ port: 80 })];
    const view = read({ 443: { protocol: ['X'] } }, {}, { ports });
    expect(placesOf(view)).toEqual(['TCP/443', 'TCP/80']);
    expect(problemsOf(view)).toEqual([expect.stringContaining('443.protocol'), '']);
    expect(view.findings).toHaveLength(1);
  });
});

describe('a Secret', () => {
  const spec = { 443: { protocol: ['TCP_SSL'], tls: 'cert' } };
  test.each<[Secret, string]>([
    [
      { state: 'missing' },
      'Secret cert does not exist; make it of type kubernetes.io/tls, or with key qcloud_cert_id.',
    ],
    [{ state: 'unreadable' }, 'Secret cert cannot be read; let ServiceAccount clb-direct-controller list and watch'],
    [secret(undefined), 'Secret cert has qcloud_cert_id missing; write the id'],
    [secret(''), 'Secret cert has qcloud_cert_id ""; write the id'],
    [secret('a,b,c'), 'Secret cert has qcloud_cert_id "a,b,c"; write the id'],
    [secret('-----BEGIN CERTIFICATE-----'), 'write the id of a certificate of the SSL product'],
    [secret('one', 'two cas'), 'Secret cert has qcloud_ca_cert_id "two cas"; write the id of one CA'],
  ])('%j keeps its port waiting and is told', (facts, text) => {
    const view = read(spec, { cert: facts });
    expect(problemsOf(view)).toEqual([expect.stringContaining(text)]);
    expect(view.findings).toMatchObject([{ severity: 'Warning', reason: 'CertificateUnusable' }]);
  });

  test('that is still being read keeps its port waiting without a word', () => {
    const view = read(spec, { cert: { state: 'pending' } });
    expect(problemsOf(view)).toEqual(['Secret cert is being read']);
    expect(view.findings).toEqual([]);
  });

  test('of several hosts is told once', () => {
    const hosts = { 'a.com': {}, 'b.com': {} };
    expect(read({ 443: { protocol: ['HTTPS'], tls: 'cert', hosts } }).findings).toHaveLength(1);
  });
});

describe('session affinity', () => {
  const affinity = (sessionAffinitySeconds?: number) =>
    readService(aService({ sessionAffinity: 'ClientIP', sessionAffinitySeconds }));
  const secondsOf = ({ bindings }: OwnerView) => bindings.map((binding) => binding.sessionAffinitySeconds);

  test.each([
    [30, 30],
    [3_600, 3_600],
  ])('of %d s is taken as it is', (asked, given) => {
    expect(secondsOf(affinity(asked))).toEqual([given]);
    expect(affinity(asked).notices).toEqual([]);
  });

  test.each([
    [1, 30],
    [29, 30],
    [3_601, 3_600],
    [86_400, 3_600],
  ])('of %d s becomes %d s, which is told', (asked, given) => {
    expect(secondsOf(affinity(asked))).toEqual([given]);
    expect(affinity(asked).notices).toMatchObject([
      { severity: 'Normal', reason: 'SessionTimeChanged', message: expect.stringContaining(`it gets ${given}.`) },
    ]);
  });

  test('without a time has the three hours of Kubernetes, as far as a listener takes them', () => {
    expect(secondsOf(affinity())).toEqual([3_600]);
  });

  test('None asks for nothing', () => {
    expect(secondsOf(readService(aService()))).toEqual([undefined]);
  });
});
