import { describe, expect, test } from '@jest/globals';
import { ingressAnnotation, ingressController } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aPort, clbId } from '../../../testing/builders.ts';
import {
  aBackend,
  aBackendService,
  anIngress,
  aPath,
  directAccess,
  onExisting,
} from '../../../testing/ingress-builders.ts';
import { describePlace } from '../../model/place.ts';
import {
  referenceKey,
  type ObjectReference,
  type Related,
  type RelatedFacts,
  type RelatedKind,
  type RelatedObjects,
} from '../../model/related-objects.ts';
import { isSkipped } from '../../model/owner-view.ts';
import type { IngressFacts } from './ingress-facts.ts';
import { readIngress } from './read-ingress.ts';

type Known = Readonly<Record<string, RelatedFacts[RelatedKind] | 'pending' | 'unreadable'>>;

/** By "Service/shop/web" and the like. */
function objectsOf(known: Known): RelatedObjects {
  return {
    related: <K extends RelatedKind>(reference: ObjectReference<K>) => {
      const facts = known[referenceKey(reference)];
      if (facts === undefined) return { state: 'missing' };
      return (typeof facts === 'string' ? { state: facts } : { state: 'found', facts }) as Related<RelatedFacts[K]>;
    },
  };
}

const cert = { certificateId: 'abcd1234', caCertificateId: undefined };
const usual: Known = { 'Service/shop/web': aBackendService(), 'Secret/shop/cert': cert };
const read = (overrides: Partial<IngressFacts> = {}, known: Known = usual) =>
  readIngress(anIngress(overrides), objectsOf(known));
const placesOf = (...args: Parameters<typeof read>) => read(...args).bindings.map(({ place }) => describePlace(place));
const reasonsOf = (...args: Parameters<typeof read>) => read(...args).findings.map(({ reason }) => reason);

test('What its author lets go is read from the annotation that the event names.', () => {
  const annotations = { ...directAccess, [annotation.releaseRemoval]: '3f9a1c2b' };
  expect(read({ annotations }).releaseRemoval).toBe('3f9a1c2b');
});

describe('an Ingress is', () => {
  const classes: Known = {
    'IngressClass//clb': { controller: ingressController },
    'IngressClass//nginx': { controller: 'k8s.io/ingress-nginx' },
    'IngressClass//slow': 'pending',
  };
  const atNodes = { [ingressAnnotation.directAccess]: 'false' };
  const markOf = (overrides: Partial<IngressFacts>) => read({ annotations: {}, ...overrides }, classes).mark;
  const byAnnotation = (name: string) => ({ ...directAccess, [ingressAnnotation.class]: name });

  test.each<[string, Partial<IngressFacts>]>([
    ['ours', { className: 'clb' }],
    ['not-ours', { className: 'nginx' }],
    ['not-ours', { className: 'none' }],
    ['not-ours', { className: 'slow' }],
    ['ours', { className: 'none', hasFinalizer: true }],
    ['ours', { className: 'slow', hasFinalizer: true }],
    ['not-ours', { className: 'nginx', hasFinalizer: true }],
    ['not-ours', { className: 'qcloud' }],
    ['ours-unless-tke', { className: 'qcloud', annotations: directAccess }],
    ['ours-unless-tke', { className: undefined, annotations: byAnnotation('qcloud') }],
    ['ours-unless-tke', { className: undefined, annotations: directAccess }],
    ['not-ours', { className: undefined, annotations: byAnnotation('nginx') }],
    ['not-ours', { className: undefined }],
    ['not-ours', { className: 'qcloud', annotations: atNodes }],
    ['ours', { className: 'qcloud', annotations: atNodes, hasFinalizer: true }],
    ['ours', { className: 'qcloud', annotations: { ...atNodes, [annotation.managed]: 'true' } }],
    ['ours', { className: 'clb', annotations: atNodes }],
    ['ours', { className: 'nginx', annotations: { [annotation.managed]: 'true' } }],
    ['not-ours', { className: 'clb', annotations: { [annotation.managed]: 'false' } }],
    ['not-ours', { className: 'qcloud', annotations: { [annotation.managed]: 'yes' } }],
    ['ours', { annotations: { [ingressAnnotation.directAccess]: 'ture' }, hasFinalizer: true }],
  ])('%s with %j', (mark, overrides) => {
    expect(markOf(overrides)).toBe(mark);
  });

  test('told of what cannot be read', () => {
    const { markFindings } = read({ annotations: { [annotation.managed]: 'yes' } });
    expect(markFindings).toMatchObject([{ reason: 'AnnotationMalformed', message: expect.stringContaining('"true"') }]);
  });

  test('skipped by its own annotation, or where TKE is absent by that of TKE', () => {
    const skipOf = (name: string) => read({ annotations: { ...onExisting, [name]: 'skip' } }).skip;
    expect([skipOf(annotation.mode), skipOf(ingressAnnotation.tkeMode)]).toEqual(['yes', 'unless-tke']);
  });

  test.each<[string, boolean, Partial<IngressFacts>]>([
    ['our mark', false, { annotations: { [annotation.managed]: 'true' } }],
    ['our class', false, { className: 'clb', annotations: {} }],
    ['what it adopted', false, { annotations: { ...directAccess, [annotation.adopt]: 'lb-a1' } }],
    ["TKE's marks alone", true, { className: 'qcloud', annotations: directAccess }],
    ['our mark taken away', true, { annotations: { [annotation.managed]: 'false', [annotation.adopt]: 'lb-a1' } }],
  ])("with %s and TKE's word for skip: skipped without TKE is %s", (_, skipped, asked) => {
    const annotations = { ...asked.annotations, [ingressAnnotation.tkeMode]: 'skip' };
    expect(isSkipped(read({ ...asked, annotations }, classes), false)).toBe(skipped);
  });

  test.each([annotation.mode, ingressAnnotation.tkeMode])(
    'told that another word than "skip" in %s skips nothing',
    (name) => {
      const { skip, notices } = read({ annotations: { ...onExisting, [name]: 'Skip' } });
      expect(skip).toBe('no');
      expect(notices.map(({ message }) => message)).toContainEqual(
        expect.stringContaining(`${name} is "Skip"; write "skip"`),
      );
    },
  );
});

test('One that was never ours refers to nothing but its class, so that nothing is watched for it.', () => {
  const known = { ...usual, 'IngressClass//nginx': { controller: 'k8s.io/ingress-nginx' } };
  const { bindings, references, notices } = read({ className: 'nginx', annotations: {} }, known);
  expect([bindings, references, notices]).toEqual([[], [{ kind: 'IngressClass', namespace: '', name: 'nginx' }], []]);
});

describe('paths', () => {
  test('become rules of a shared listener, with the pods of their Service', () => {
    const view = read({ paths: [aPath({ host: 'a.com', path: '/x' }), aPath({ path: '/y', pathType: 'Exact' })] });
    expect(view.bindings.map(({ place }) => describePlace(place))).toEqual([
      'HTTP/80 a.com=/x',
      'HTTP/80 a.com/x/',
      'HTTP/80 =/y',
    ]);
    expect(view.bindings[0]).toMatchObject({
      balancer: { kind: 'existing', id: clbId },
      backends: { mode: 'pods', selector: { namespace: 'shop', labels: { app: 'web' } }, targetPort: 8080 },
    });
    expect(view.bindings[0]?.hasOwnListener).toBeUndefined();
    expect(view.podSelectors).toEqual([{ namespace: 'shop', labels: { app: 'web' } }]);
    expect(view.findings).toEqual([]);
  });

  test('of a wildcard have a check that names a host', () => {
    const [binding] = read({ paths: [aPath({ host: '*.a.com' })] }).bindings;
    expect(binding?.ruleSettings).toEqual({ healthCheck: { HttpCheckDomain: 'a.com' } });
  });

  test('that a CLB cannot have are left out and told, each host for itself', () => {
    const paths = [aPath({ host: 'A' }), aPath({ host: 'a.com', path: '/%' }), aPath({ host: 'a.com' })];
    expect(placesOf({ paths })).toEqual(['HTTP/80 a.com/']);
    expect(reasonsOf({ paths })).toEqual(['HostUnsupported', 'PathUnsupported']);
  });

  test('that say the same twice are told, and the first stands', () => {
    const paths = [aPath(), aPath({ backend: aBackend('other') })];
    expect([placesOf({ paths }), reasonsOf({ paths })]).toEqual([['HTTP/80 /'], ['RuleConflict']]);
  });

  test('are at most 50 rules with 4,000 letters, and the others are told', () => {
    const many = Array.from({ length: 60 }, (_, index) => aPath({ path: `/${index}`, pathType: 'Exact' }));
    const long = many.map((one) => ({ ...one, path: one.path + 'x'.repeat(190) }));
    expect([placesOf({ paths: many }).length, placesOf({ paths: long }).length]).toEqual([50, 20]);
    expect([reasonsOf({ paths: many }), reasonsOf({ paths: long })]).toEqual([['QuotaReached'], ['QuotaReached']]);
  });
});

describe('the default backend', () => {
  const defaultBackend = aBackend();

  test('serves all hosts, and what no path of a host takes', () => {
    const paths = [aPath({ host: 'a.com', path: '/x', pathType: 'Exact' }), aPath({ host: 'b.com' })];
    expect(placesOf({ paths, bareHosts: ['c.com'], defaultBackend })).toEqual([
      'HTTP/80 a.com=/x',
      'HTTP/80 a.com/',
      'HTTP/80 b.com/',
      'HTTP/80 c.com/',
      'HTTP/80 /',
    ]);
  });

  test('may be all that there is', () => {
    expect(placesOf({ paths: [], defaultBackend })).toEqual(['HTTP/80 /']);
  });
});

describe('a backend', () => {
  const service = (facts: Known[string]): Known => ({ 'Service/shop/web': facts });
  const at = (port: number | string) => ({ paths: [aPath({ backend: aBackend('web', port) })] });

  test('is found by the number and by the name of its port', () => {
    const known = service(
      aBackendService({ ports: [aPort({ port: 81 }), aPort({ name: 'http', targetPort: 'web' })] }),
    );
    const targetOf = (port: number | string) => read(at(port), known).bindings[0]?.backends;
    expect([targetOf(81), targetOf('http')]).toMatchObject([{ targetPort: 8080 }, { targetPort: 'web' }]);
  });

  test('whose number a port over UDP has too, as for HTTP/3, is the one over TCP', () => {
    const known = service(
      aBackendService({ ports: [aPort({ protocol: 'UDP', targetPort: 'h3' }), aPort({ name: 'https' })] }),
    );
    const { bindings, findings } = read({}, known);
    expect([bindings, findings]).toMatchObject([[{ backends: { mode: 'pods', targetPort: 8080 } }], []]);
  });

  test.each<[string, Known, Partial<IngressFacts>]>([
    ['a missing Service', {}, {}],
    ['a missing port', usual, at(81)],
    ['a missing name of a port', usual, at('http')],
    ['a port over UDP', service(aBackendService({ ports: [aPort({ protocol: 'UDP' })] })), {}],
    ['an ExternalName', service(aBackendService({ type: 'ExternalName', selector: {} })), {}],
    ['a resource', usual, { paths: [aPath({ backend: { kind: 'resource' } })] }],
  ])('that is %s leaves its rule without targets, and is told', (_, known, overrides) => {
    const { bindings, findings } = read(overrides, known);
    expect(bindings).toMatchObject([{ backends: { mode: 'endpoints', endpoints: [] } }]);
    expect(bindings[0]?.incomplete).toBeUndefined();
    expect(findings).toMatchObject([{ reason: 'BackendNotFound', severity: 'Warning' }]);
  });

  test.each(['pending', 'unreadable'] as const)('that is %s leaves what stands as it is', (state) => {
    const [binding] = read({}, service(state)).bindings;
    expect(binding).toMatchObject({
      backends: { mode: 'endpoints', endpoints: undefined },
      incomplete: { reason: 'BackendNotFound' },
    });
  });

  test('without a selector has the endpoints that somebody lists', () => {
    const slice = { service: 'shop/web', hasIps: true, ports: [{ name: '', protocol: 'TCP', port: 9000 }] };
    const endpoints = [{ addresses: ['10.0.0.7'], ready: true, terminating: false }];
    const known = {
      ...service(aBackendService({ selector: {} })),
      'EndpointSlices/shop/web': { slices: [{ ...slice, endpoints }] },
    };
    const { bindings, references } = read({}, known);
    expect(bindings[0]?.backends).toMatchObject({ endpoints: [{ ip: '10.0.0.7', port: 9000 }] });
    expect(references.map(({ kind }) => kind)).toEqual(['Service', 'EndpointSlices']);
  });
});

describe('TLS', () => {
  const paths = [aPath({ host: 'a.com' }), aPath({ host: 'b.com' })];
  const tls = [{ hosts: ['a.com'], secretName: 'cert' }];
  const certificates = { mode: 'UNIDIRECTIONAL', ids: ['abcd1234'] };

  test('serves the hosts that it names on 443 with SNI, and the others on 80', () => {
    const { bindings, references } = read({ paths, tls });
    expect(bindings).toMatchObject([
      {
        place: { protocol: 'HTTPS', port: 443 },
        listenerSettings: { sniSwitch: true },
        ruleSettings: { certificates },
      },
      { place: { protocol: 'HTTP', port: 80 }, listenerSettings: {}, ruleSettings: {} },
    ]);
    expect(references).toContainEqual({ kind: 'Secret', namespace: 'shop', name: 'cert' });
  });

  test('asks clients for certificates where its Secret names their CA', () => {
    const known = { ...usual, 'Secret/shop/cert': { ...cert, caCertificateId: 'cacacaca' } };
    expect(read({ paths, tls }, known).bindings[0]?.ruleSettings.certificates).toEqual({
      mode: 'MUTUAL',
      ids: ['abcd1234'],
      caId: 'cacacaca',
    });
  });

  test('serves both with rule-mix-both', () => {
    const annotations = { ...onExisting, [ingressAnnotation.ruleMixBoth]: 'true' };
    expect(placesOf({ paths, tls, annotations })).toEqual(['HTTP/80 a.com/', 'HTTPS/443 a.com/', 'HTTP/80 b.com/']);
  });

  describe('where rule-mix says so', () => {
    const entry = { host: 'a.com', path: '/', backend: { serviceName: 'web', servicePort: '80' } };
    const mixed = (http: unknown, https: unknown) => ({
      ...onExisting,
      [ingressAnnotation.ruleMix]: 'true',
      [ingressAnnotation.httpRules]: JSON.stringify(http),
      [ingressAnnotation.httpsRules]: JSON.stringify(https),
    });

    test.each([
      [[entry], [], ['HTTP/80 a.com/', 'HTTP/80 b.com/']],
      [[], [entry], ['HTTP/80 b.com/', 'HTTPS/443 a.com/']],
      [[entry], [entry], ['HTTP/80 a.com/', 'HTTPS/443 a.com/', 'HTTP/80 b.com/']],
      [[], [], ['HTTPS/443 a.com/', 'HTTP/80 b.com/']],
      [[{ ...entry, pathType: ['Exact'] }], [entry], ['HTTP/80 a.com=/', 'HTTP/80 b.com/', 'HTTPS/443 a.com/']],
      [[{ ...entry, pathType: ['RegularExpression'] }], [], ['HTTP/80 a.com~/', 'HTTP/80 b.com/']],
    ])('%j and %j make %j', (http, https, places) => {
      expect(placesOf({ paths, tls, annotations: mixed(http, https) })).toEqual(places);
      expect(reasonsOf({ paths, tls, annotations: mixed(http, https) })).toEqual([]);
    });

    test('a path for HTTPS whose host has no certificate waits for one, and the others are served', () => {
      const annotations = mixed([], [{ ...entry, host: 'b.com' }]);
      expect(placesOf({ paths, tls, annotations })).toEqual(['HTTPS/443 a.com/']);
      expect(reasonsOf({ paths, tls, annotations })).toEqual(['CertificateUnusable']);
    });

    test('what cannot be read leaves everything as it is', () => {
      const annotations = { ...mixed([], []), [ingressAnnotation.httpRules]: '{' };
      const { bindings, findings } = read({ paths, tls, annotations });
      expect(bindings.map(({ incomplete }) => incomplete?.reason)).toEqual(Array(3).fill('AnnotationMalformed'));
      expect(findings).toHaveLength(1);
    });
  });

  describe('at the ports of listen-ports', () => {
    const at = (text: string) => ({ ...onExisting, [ingressAnnotation.listenPorts]: text });

    test.each([
      ['[{"HTTP":8080},{"HTTPS":8443}]', ['HTTPS/8443 a.com/', 'HTTP/8080 b.com/']],
      ['[{"HTTP":8080},{"HTTP":80}]', ['HTTPS/443 a.com/', 'HTTP/8080 b.com/', 'HTTP/80 b.com/']],
    ])('%s makes %j', (text, places) => {
      expect(placesOf({ paths, tls, annotations: at(text) })).toEqual(places);
    });

    test('of which those that cannot be read leave what stands of their protocol as it is', () => {
      const { bindings, findings } = read({ paths, tls, annotations: at('[{"HTTPS":"8443"},{"HTTP":8080}]') });
      expect(bindings.map(({ place, incomplete }) => [place.port, incomplete?.reason])).toEqual([
        [443, 'AnnotationMalformed'],
        [8080, undefined],
      ]);
      expect(findings.map(({ reason }) => reason)).toEqual(['AnnotationMalformed']);
    });

    test('all its rules are at most those that the record takes', () => {
      const many = Array.from({ length: 40 }, (_, index) => aPath({ path: `/${index}`, pathType: 'Exact' }));
      const annotations = at('[{"HTTP":80},{"HTTP":81},{"HTTP":82}]');
      expect(placesOf({ paths: many, annotations })).toHaveLength(100);
      expect(reasonsOf({ paths: many, annotations })).toEqual(['QuotaReached']);
    });
  });

  test.each([
    [[{ hosts: [], secretName: 'cert' }], ['HTTPS/443 a.com/', 'HTTPS/443 b.com/']],
    [[{ hosts: ['*.com'], secretName: 'cert' }], ['HTTPS/443 a.com/', 'HTTPS/443 b.com/']],
    [[{ hosts: ['c.com'], secretName: 'cert' }], ['HTTP/80 a.com/', 'HTTP/80 b.com/']],
  ])('for %j makes %j', (entries, places) => {
    expect(placesOf({ paths, tls: entries })).toEqual(places);
  });

  test.each<[string, Known, string]>([
    ['a missing Secret', { 'Service/shop/web': aBackendService() }, 'cert'],
    ['a Secret that cannot be read', { ...usual, 'Secret/shop/cert': 'unreadable' }, 'cert'],
    ['a Secret without an id', { ...usual, 'Secret/shop/cert': { ...cert, certificateId: undefined } }, 'cert'],
    ['no Secret', usual, ''],
  ])('with %s stops its own host alone, and is told', (_, known, secretName) => {
    const { bindings, findings } = read({ paths, tls: [{ hosts: ['a.com'], secretName }] }, known);
    expect(bindings.map(({ incomplete }) => incomplete?.reason)).toEqual(['CertificateUnusable', undefined]);
    expect(findings).toMatchObject([{ reason: 'CertificateUnusable' }]);
  });

  const byAnnotation = (text: string) => ({ ...onExisting, [ingressAnnotation.certificate]: text });

  test('by the annotation needs no Secret', () => {
    const annotations = byAnnotation('[{"hosts":["a.com"],"qcloud_cert_id":["abcd1234"]}]');
    const { bindings, references } = read({ paths, annotations });
    expect(bindings[0]).toMatchObject({ place: { protocol: 'HTTPS' }, ruleSettings: { certificates } });
    expect(bindings[1]).toMatchObject({ place: { protocol: 'HTTP' } });
    expect(references.map(({ kind }) => kind)).not.toContain('Secret');
  });

  test.each(['{', '{}', '[1]', '[{"hosts":"a.com","qcloud_cert_id":["x"]}]', `[${' '.repeat(10_001)}]`, '[{}]'])(
    'by an annotation that cannot be read (%s) is never served without',
    (text) => {
      const { bindings, findings } = read({ paths, annotations: byAnnotation(text) });
      expect(bindings.every(({ incomplete }) => incomplete?.reason === 'AnnotationMalformed')).toBe(true);
      expect(findings.map(({ reason }) => reason)).toEqual(['AnnotationMalformed']);
    },
  );

  test('by both is told, and spec.tls counts', () => {
    const annotations = byAnnotation('[{"hosts":["b.com"],"qcloud_cert_id":["x"]}]');
    expect(placesOf({ paths, tls, annotations })).toEqual(['HTTPS/443 a.com/', 'HTTP/80 b.com/']);
    expect(reasonsOf({ paths, tls, annotations })).toEqual(['AnnotationWithoutEffect']);
  });
});

describe('the CLB', () => {
  test('of an id that is none is not asked for', () => {
    const annotations = { ...directAccess, [ingressAnnotation.existingLoadBalancer]: 'lb_1' };
    const { bindings, findings } = read({ annotations });
    expect([bindings, findings]).toMatchObject([[], [{ reason: 'LoadBalancerIdMalformed' }]]);
  });

  test('that none is named for is made, as the annotations of an Ingress say', () => {
    const annotations = { ...directAccess, [ingressAnnotation.internalSubnet]: 'subnet-1' };
    const { bindings, newBalancer } = read({ annotations });
    expect(bindings).toMatchObject([{ balancer: { kind: 'owned', owner: { kind: 'Ingress' } } }]);
    expect(newBalancer).toMatchObject({ wish: { type: 'INTERNAL', name: 'shop_site', subnetId: 'subnet-1' } });
  });

  test('that is made has the security groups that the Ingress names, and an existing one keeps its own', () => {
    const groups = { [ingressAnnotation.securityGroups]: 'sg-1' };
    const made = read({ annotations: { ...directAccess, ...groups } });
    expect([made.bindings[0]?.balancerSettings, made.notices]).toEqual([{ securityGroups: ['sg-1'] }, []]);
    const { bindings, notices } = read({ annotations: { ...onExisting, ...groups } });
    expect([bindings[0]?.balancerSettings, notices[0]?.reason]).toEqual([{}, 'AnnotationWithoutEffect']);
  });

  test.each<[string | undefined, object, string[], string[]]>([
    [undefined, {}, [], []],
    ['true', { deleteProtect: true }, [], ['AnnotationWithoutEffect']],
    ['false', { deleteProtect: false }, [], []],
    ['yes', {}, ['AnnotationMalformed'], ['AnnotationMalformed']],
  ])('that is made is protected from deletion as deletion-protection %s says', (text, settings, made, existing) => {
    const asked = text === undefined ? {} : { [ingressAnnotation.deletionProtection]: text };
    const own = read({ annotations: { ...directAccess, ...asked } });
    expect([own.bindings[0]?.balancerSettings, own.notices.map(({ reason }) => reason)]).toEqual([settings, made]);
    const other = read({ annotations: { ...onExisting, ...asked } });
    expect([other.bindings[0]?.balancerSettings, other.notices.map(({ reason }) => reason)]).toEqual([{}, existing]);
  });

  test('is not made while an annotation about it is wrong', () => {
    const { newBalancer } = read({ annotations: { ...directAccess, [ingressAnnotation.bandwidth]: 'much' } });
    const message = expect.stringMatching(/this Ingress, because of its annotation kubernetes.io\/ingress.internetMax/);
    expect(newBalancer?.problem).toMatchObject({ message });
  });
});

test('Annotations that mean nothing here are told, with the known one that is nearest.', () => {
  const annotations = {
    ...onExisting,
    'ingress.cloud.tencent.com/cross-vpc-id': 'vpc-1',
    'kubernetes.io/ingress.exist-lb-id': 'lb-1',
    'kubernetes.io/ingress.existLbID': 'lb-1',
  };
  expect(read({ annotations }).notices.map(({ reason, message }) => `${reason}: ${message}`)).toEqual([
    expect.stringMatching(
      /^AnnotationWithoutEffect: .*cross-vpc-id \(vpc-1\) has no effect: the CLB must be in the region/,
    ),
    expect.stringMatching(/^AnnotationUnknown: .*did you mean kubernetes.io\/ingress.existLbId\?/),
  ]);
});
