import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { Registry } from 'prom-client';
import { CloudError } from '../core/model/cloud-error.ts';
import { guardDomain } from '../core/model/guard.ts';
import { aNewService, aPod, clbId, clusterId } from '../testing/builders.ts';
import { knownKey } from '../testing/fake-tls-secrets.ts';
import { anIngress, aPath, onExisting } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { worldWithBackend, type World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = worldWithBackend();
});
afterEach(async () => passing(world.stop()));

const ssl = () => world.clb.certificates;
const secrets = () => world.cluster.pairs;
const tls = (secretName: string, host = 'a.com') => [{ hosts: [host], secretName }];
const shown = () => {
  const rules = world.clb.listenersOf(clbId).flatMap((listener) => listener.rules);
  const asked = rules.filter(({ domain }) => domain !== guardDomain);
  return Object.fromEntries(asked.map(({ domain, settings }) => [domain, settings.certificates?.ids.join() ?? '']));
};
const putIngress = (overrides: Parameters<typeof anIngress>[0] = {}) =>
  world.cluster.ingresses.put(anIngress({ paths: [aPath({ host: 'a.com' })], tls: tls('cert'), ...overrides }));
const served = async (id: string, host = 'a.com') => until(() => shown()[host] === id);
const events = () => world.cluster.announcements.map(({ reason, message }) => `${reason}: ${message}`);
const refusal = (code: string, kind: CloudError['kind'] = 'refused') =>
  new CloudError(`it says ${code}.`, { kind, code, action: 'UploadCertificate', requestId: 'req-1' });

describe('the certificate of a kubernetes.io/tls Secret', () => {
  test('is uploaded once, with the tags of the cluster, and is on the rule', async () => {
    secrets().put('cert', 'one');
    putIngress();
    world.start();
    await served('cert-1');
    await passMs(200);
    expect(ssl().writes).toEqual(['upload one cert-1']);
    expect(ssl().stored.get('cert-1')).toMatchObject({ clusterId, fingerprint: 'one' });
  });

  test('is swapped in when the Secret is renewed, and the one before goes when no rule shows it', async () => {
    secrets().put('cert', 'one');
    putIngress();
    world.start();
    await served('cert-1');
    const rule = world.clb.listenersOf(clbId)[0]?.rules[0]?.locationId;
    secrets().put('cert', 'two');
    await served('cert-2');
    await until(() => ssl().ids().join() === 'cert-2');
    expect(ssl().writes).toEqual(['upload one cert-1', 'upload two cert-2', 'delete cert-1']);
    expect(world.clb.listenersOf(clbId)[0]?.rules[0]?.locationId).toBe(rule);
  });

  test.each<[string, Record<string, string>]>([
    ['listen-ports', { [ingressAnnotation.listenPorts]: '[{' }],
    ['http-rules', { [ingressAnnotation.ruleMix]: 'true', [ingressAnnotation.httpRules]: '[{' }],
  ])('is swapped in while %s of its Ingress cannot be read', async (_, wrong) => {
    secrets().put('cert', 'one');
    putIngress();
    world.start();
    await served('cert-1');
    putIngress({ ...world.cluster.ingresses.get('shop/site'), annotations: { ...onExisting, ...wrong } });
    await until(() => world.cluster.said('AnnotationMalformed') === 1);
    secrets().put('cert', 'two');
    await served('cert-2');
    await until(() => ssl().ids().join() === 'cert-2');
  });

  test('is uploaded before the many of another namespace are, and those follow', async () => {
    const names = Array.from({ length: 30 }, (_, at) => `c${at}`);
    for (const name of names) secrets().put(name, name, { namespace: 'other' });
    const many = names.map((name) => ({ hosts: [`${name}.com`], secretName: name }));
    putIngress({
      namespace: 'other',
      name: 'many',
      paths: names.map((name) => aPath({ host: `${name}.com` })),
      tls: many,
    });
    secrets().put('cert', 'one');
    putIngress();
    world.start();
    await until(() => ssl().ids().length === 31);
    expect(ssl().writes.findIndex((write) => write.startsWith('upload one'))).toBeLessThan(2);
    expect(ssl().writes).toHaveLength(31);
  });

  test('stands beside that of the other algorithm, and each is renewed for itself', async () => {
    secrets().put('rsa', 'one');
    putIngress({ tls: tls('rsa') });
    world.start();
    await served('cert-1');
    const rule = world.clb.listenersOf(clbId)[0]?.rules[0]?.locationId;
    putIngress({ ...world.cluster.ingresses.get('shop/site'), tls: [...tls('rsa'), ...tls('ecc')] });
    secrets().put('ecc', 'two', { algorithm: 'ECC' });
    await served('cert-1,cert-2');
    secrets().put('ecc', 'three', { algorithm: 'ECC' });
    await served('cert-1,cert-3');
    await until(() => ssl().ids().join() === 'cert-1,cert-3');
    expect(world.clb.listenersOf(clbId)[0]?.rules[0]?.locationId).toBe(rule);
  });

  test('of the same algorithm as the first one of its host is not served, and its author is told', async () => {
    secrets().put('rsa', 'one');
    secrets().put('other', 'two');
    putIngress({ tls: [...tls('rsa'), ...tls('other')] });
    world.start();
    await served('cert-1');
    await until(() => world.cluster.said('CertificateUnusable') > 0);
    expect(events().join()).toContain('Secret other has an RSA certificate, as Secret rsa has');
    expect(shown()).toEqual({ 'a.com': 'cert-1' });
  });

  test('stays as long as a CLB shows it, whoever put it there', async () => {
    secrets().put('cert', 'one');
    putIngress();
    world.start();
    await served('cert-1');
    const certificates = { mode: 'UNIDIRECTIONAL', ids: ['cert-1'] } as const;
    world.clb.addLoadBalancer('lb-other');
    world.clb.addListener('lb-other', {
      id: 'lbl-x',
      name: 'by hand',
      protocol: 'TCP_SSL',
      port: 9,
      settings: { certificates },
    });
    secrets().put('cert', 'two');
    await served('cert-2');
    await passMs(500);
    expect(ssl().ids()).toEqual(['cert-1', 'cert-2']);
    world.clb.balancers.get('lb-other')?.listeners.clear();
    secrets().put('cert', 'three');
    await until(() => ssl().ids().join() === 'cert-3');
  });

  test('is one for several Ingresses with the same content, and goes with the last of them', async () => {
    secrets().put('cert', 'one');
    secrets().put('copy', 'one');
    putIngress();
    putIngress({ name: 'other', paths: [aPath({ host: 'b.com' })], tls: tls('copy', 'b.com') });
    world.start();
    await served('cert-1');
    await served('cert-1', 'b.com');
    await until(() => Object.keys(world.clb.picture(clbId)).length === 2);
    world.cluster.ingresses.delete('shop/site');
    await until(() => !('a.com' in shown()));
    await passMs(500);
    expect(ssl().writes).toEqual(['upload one cert-1']);
    world.cluster.ingresses.delete('shop/other');
    await until(() => ssl().ids().length === 0);
  });

  test('is found again by a controller that starts, and no second one is made', async () => {
    secrets().put('cert', 'one');
    putIngress();
    world.start();
    await served('cert-1');
    await passing(world.stop());
    world.start();
    putIngress({ name: 'other', paths: [aPath({ host: 'b.com' })], tls: tls('cert', 'b.com') });
    await served('cert-1', 'b.com');
    expect(ssl().writes).toEqual(['upload one cert-1']);
    expect(secrets().reads).toBe(1);
  });

  test('is found again when the answer to its upload is lost, also while the list does not show it yet', async () => {
    let isLost = false;
    ssl().loseAnswer = () => !isLost && (isLost = true);
    ssl().hidden = 1;
    secrets().put('cert', 'one');
    putIngress();
    world.start();
    await served('cert-1');
    ssl().hidden = 0;
    await passMs(500);
    expect(ssl().writes).toEqual(['upload one cert-1']);
  });

  test('goes although its upload is not answered, nobody needs it by then, and the list shows it late', async () => {
    ssl().loseAnswer = (action) => {
      if (action === 'uploadCertificate') world.cluster.ingresses.delete('shop/site');
      return action === 'uploadCertificate';
    };
    ssl().hidden = 1;
    secrets().put('cert', 'one');
    putIngress();
    world.start();
    await until(() => ssl().ids().length === 1);
    await passMs(10_000);
    ssl().hidden = 0;
    await until(() => ssl().ids().length === 0, 200_000);
  });

  test('is uploaded again when somebody deletes it', async () => {
    secrets().put('cert', 'one');
    putIngress();
    world.start({ resyncMs: 1_000 });
    await served('cert-1');
    ssl().stored.delete('cert-1');
    await until(() => shown()['a.com'] === 'cert-2', 200_000);
  });

  test('serves a port of a Service too, on its listener', async () => {
    secrets().put('cert', 'one');
    const specified = JSON.stringify({ 8443: { protocol: ['TCP_SSL'], tls: 'cert' } });
    const ports = [{ name: '', protocol: 'TCP', port: 8443, targetPort: 8080 }];
    world.cluster.putService(aNewService({ ports, annotations: { [annotation.specifyProtocol]: specified } }));
    world.start();
    await until(() => world.clb.listenersOf(clbId)[0]?.settings.certificates?.ids.join() === 'cert-1');
  });

  test('may be asked of clients beside a CA by its id', async () => {
    secrets().put('cert', 'one');
    const pair = { fingerprint: 'one', notBeforeMs: 0, notAfterMs: Date.now() + 1e10, algorithm: 'RSA' as const };
    const secret = { kind: 'Secret', namespace: 'shop', name: 'cert' } as const;
    world.cluster.putRelated(secret, { certificateId: undefined, caCertificateId: 'ca-1', pair });
    putIngress();
    world.start();
    await served('cert-1');
    const [rule] = world.clb.listenersOf(clbId)[0]?.rules ?? [];
    expect(rule?.settings.certificates).toEqual({ mode: 'MUTUAL', ids: ['cert-1'], caId: 'ca-1' });
  });
});

describe('certificates that we did not upload', () => {
  test('are never deleted: by their tags they are of nobody or of another cluster', async () => {
    ssl().add('bought', '', '');
    ssl().add('theirs', 'one', 'cls-other');
    ssl().add('leftover', 'old', clusterId);
    secrets().put('cert', 'one');
    putIngress();
    world.start();
    await until(() => !ssl().ids().includes('leftover'));
    await served('cert-1');
    await passMs(500);
    expect(ssl().ids()).toEqual(['bought', 'theirs', 'cert-1']);
  });

  test('a second one of ours with the same content goes, and the first stays on its rule', async () => {
    secrets().put('cert', 'one');
    putIngress();
    world.start({ resyncMs: 200 });
    await served('cert-1');
    ssl().add('cert-0', 'one', clusterId);
    await until(() => ssl().ids().join() === 'cert-1');
    expect(shown()).toEqual({ 'a.com': 'cert-1' });
  });
});

describe('a certificate that cannot be had', () => {
  test('stops its own host alone, says why, and is had as soon as the Secret is mended', async () => {
    secrets().putBroken('cert', 'has a tls.key that does not belong to tls.crt; write both from one issue');
    const paths = [aPath({ host: 'a.com' }), aPath({ host: 'b.com' })];
    putIngress({ paths });
    world.start();
    await until(() => world.cluster.said('CertificateUnusable') === 1);
    await until(() => 'b.com' in shown());
    expect(Object.keys(shown())).toEqual(['b.com']);
    expect(events().join()).toContain('Secret cert has a tls.key that does not belong to tls.crt; write both');
    secrets().put('cert', 'one');
    await served('cert-1');
  });

  test('leaves what stands: a renewed one that is refused replaces nothing, and pods follow', async () => {
    secrets().put('cert', 'one');
    putIngress();
    world.start();
    await served('cert-1');
    ssl().fail = (action) => (action === 'uploadCertificate' ? refusal('LimitExceeded', 'quota') : undefined);
    secrets().put('cert', 'two');
    await until(() =>
      events().some((event) =>
        event.startsWith('CertificateUnusable: The certificate of Secret cert is not uploaded.'),
      ),
    );
    world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
    await until(() => world.clb.picture(clbId)['443 a.com//10.0.0.2:8080'] === 10);
    await passMs(500);
    expect([shown(), ssl().ids()]).toEqual([{ 'a.com': 'cert-1' }, ['cert-1']]);
    ssl().fail = () => undefined;
    await served('cert-2');
    expect(ssl().ids('two')).toEqual(['cert-2']);
  });

  test('stops no other Ingress of its host: the younger one has its own where the older has no Secret', async () => {
    secrets().put('cert', 'one');
    secrets().put('next', 'two');
    putIngress({ createdAtMs: 1 });
    const paths = [aPath({ host: 'a.com', path: '/b', pathType: 'Exact' })];
    putIngress({ name: 'younger', createdAtMs: 2, paths, tls: tls('next') });
    world.start();
    await until(() => ssl().ids().length === 2 && world.clb.listenersOf(clbId)[0]?.rules.length === 3);
    await served('cert-1');
    secrets().remove('cert');
    await served('cert-2');
    secrets().put('next', 'three');
    await served('cert-3');
    secrets().put('cert', 'four');
    await served('cert-4');
  });

  test('is not uploaded after its end', async () => {
    secrets().put('cert', 'one', { daysLeft: -1 });
    putIngress();
    world.start();
    await until(() => world.cluster.said('CertificateUnusable') === 1);
    expect(events().join()).toMatch(/It ended on .*; renew the Secret/);
    expect(ssl().writes).toEqual([]);
  });

  test('names the missing permission, and no other certificate waits for it', async () => {
    let isDenied = true;
    ssl().fail = () => (isDenied ? refusal('UnauthorizedOperation', 'credentials') : undefined);
    secrets().put('cert', 'one');
    putIngress({ paths: [aPath({ host: 'a.com' }), aPath({ host: 'b.com' })] });
    world.start();
    await until(() => events().some((event) => event.includes('it says UnauthorizedOperation')));
    await until(() => 'b.com' in shown());
    isDenied = false;
    await served('cert-1');
  });

  test('costs no call where nobody names such a Secret and the list is not allowed', async () => {
    let asked = 0;
    ssl().fail = () => {
      asked += 1;
      return refusal('UnauthorizedOperation', 'credentials');
    };
    putIngress({ tls: [] });
    world.start({ resyncMs: 100 });
    await until(() => 'a.com' in shown());
    await passMs(5_000);
    expect([asked, events().filter((event) => event.includes('UnauthorizedOperation'))]).toEqual([1, []]);
  });
});

test('Of an Ingress that is not ours no certificate is uploaded.', async () => {
  secrets().put('cert', 'one');
  putIngress({ className: 'nginx' });
  world.start();
  await passMs(500);
  expect([ssl().writes, secrets().reads]).toEqual([[], 0]);
});

test('Before its end an event says so, and not of one that was just made for a short life.', async () => {
  secrets().put('cert', 'one', { daysLeft: 13, daysOld: 77 });
  secrets().put('short', 'two', { daysLeft: 0.9, daysOld: 0.1 });
  putIngress({
    paths: [aPath({ host: 'a.com' }), aPath({ host: 'b.com' })],
    tls: [...tls('cert'), ...tls('short', 'b.com')],
  });
  world.start();
  await until(() => world.cluster.said('CertificateExpiring') === 1);
  await served('cert-1');
  await passMs(500);
  expect(events().filter((event) => event.startsWith('CertificateExpiring'))).toEqual([
    expect.stringMatching(/^CertificateExpiring: Renew Secret cert: its certificate ends on /),
  ]);
});

test('No event, no line of the log and no metric has a key in it, whatever fails.', async () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ program: 'test', level: 'debug', destination });
  const registry = new Registry();
  const failures = [
    refusal('FailedOperation.CertificateInvalid'),
    refusal('InternalError', 'transient'),
    refusal('UnauthorizedOperation', 'credentials'),
    new Error('something unforeseen'),
  ];
  ssl().fail = (action) => (action === 'uploadCertificate' ? failures.shift() : undefined);
  secrets().put('cert', 'one');
  putIngress();
  world.start({ log, registry });
  await served('cert-1');
  expect([failures.length, ssl().stored.get('cert-1')?.privateKey]).toEqual([0, knownKey]);
  const shownAnywhere = [lines.join('\n'), JSON.stringify(world.cluster.announcements), await registry.metrics()];
  expect(lines.length).toBeGreaterThan(3);
  expect(shownAnywhere.filter((text) => text.includes(knownKey))).toEqual([]);
});
