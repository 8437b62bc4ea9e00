import { describe, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { aPort, aService, weightsOf } from '../../testing/builders.ts';
import { aBackend, aBackendService, anIngress, aPath, onExisting } from '../../testing/ingress-builders.ts';
import type { RelatedObjects } from '../model/related-objects.ts';
import { certificatesOf } from './ingress/tls.ts';
import { mapPaths } from './ingress/paths.ts';
import { readIngress } from './ingress/read-ingress.ts';
import { readService } from './service/read-service.ts';

const ports = (count: number) =>
  Array.from({ length: count }, (_, at) => aPort({ name: `p${at}`, port: at + 1, nodePort: 30_000 + at }));

/** The values of an object, with a count of how often one of them is read. */
function counted<T extends object>(values: T, name: keyof T & string) {
  let reads = 0;
  const get = () => {
    reads += 1;
    return values[name];
  };
  const object = Object.defineProperty({ ...values }, name, { get, enumerable: true });
  return { object, reads: () => reads };
}

const relatedAre = (facts: object) => ({ related: () => ({ state: 'found', facts }) }) as unknown as RelatedObjects;

/** So often is something read that is not read for each port. */
const few = 5;

describe('Whoever writes one large object costs no more than to read it: with hundreds of ports', () => {
  test('the annotation of weights is read a few times', () => {
    const name = annotation.targetWeights;
    const { object, reads } = counted({ [name]: '{"defaultWeight":5,"groups":[]}' }, name);
    expect(readService(aService({ ports: ports(300), annotations: object })).bindings).toHaveLength(300);
    expect(reads()).toBeLessThanOrEqual(few);
  });

  test('the ports are looked through a few times for 50 entries of existing-listeners', () => {
    const { object, reads } = counted(aPort({ name: 'last', port: 9_000 }), 'port');
    const existingListeners = Array.from({ length: 50 }, (_, at) => `${at + 1}=lbl-${at}`).join();
    const { bindings } = readService(aService({ ports: [...ports(299), object], existingListeners }));
    expect(bindings.filter(({ existing }) => existing !== undefined)).toHaveLength(50);
    expect(reads()).toBeLessThanOrEqual(2 * few);
  });

  test('the annotation of security groups is read a few times', () => {
    const name = annotation.securityGroups;
    const { object, reads } = counted({ [name]: 'sg-a' }, name);
    const { bindings } = readService(aService({ existingLoadBalancer: '', ports: ports(300), annotations: object }));
    expect(bindings[299]?.balancerSettings).toEqual({ securityGroups: ['sg-a'] });
    expect(reads()).toBeLessThanOrEqual(2 * few);
  });

  test('the rules of an Ingress share one table of weights', () => {
    const podIndexes = Array.from({ length: 1_000 }, (_, at) => at);
    const sets = [{ name: 'web', weights: [{ weight: 1, podIndexes }] }];
    const text = JSON.stringify({ groups: [{ key: { proto: 'HTTP', port: 80 }, statefulSets: sets }] });
    const paths = ports(50).map(({ name }) => aPath({ path: `/${name}`, pathType: 'Exact' }));
    const annotations = { ...onExisting, [ingressAnnotation.targetWeights]: text };
    const { bindings } = readIngress(anIngress({ paths, annotations }), relatedAre(aBackendService()));
    const tables = bindings.map(({ backends }) => weightsOf(backends)?.byPod);
    expect(tables).toHaveLength(50);
    expect(tables[49]).toMatchObject({ 'web-999': 1 });
    expect(new Set(tables).size).toBe(1);
  });

  test('the nodes are chosen once', () => {
    const node = { name: 'a', labels: { disk: 'ssd' }, ips: ['10.0.0.1'], ready: true, cordoned: false, ending: false };
    const { object, reads } = counted(node, 'labels');
    const annotations = { [annotation.nodeSelector]: 'disk=ssd' };
    const service = aService({ directAccess: 'false', annotations, ports: ports(300) });
    expect(readService(service, relatedAre({ nodes: [object] })).bindings[299]?.backends).toMatchObject({
      mode: 'nodes',
      nodes: [{ ips: ['10.0.0.1'] }],
    });
    expect(reads()).toBeLessThanOrEqual(few);
  });

  test('its EndpointSlices are read a few times, and a bounded number of endpoints is kept', () => {
    const names = ports(500).map(({ name, port }) => ({ name, protocol: 'TCP', port }));
    const addresses = Array.from({ length: 1_000 }, (_, at) => [`10.0.${at >> 8}.${at & 255}`]);
    const slice = {
      service: 'shop/web',
      hasIps: true,
      ports: names,
      endpoints: addresses.map((some) => ({ addresses: some, ready: true, terminating: false })),
    };
    const { object, reads } = counted(slice, 'endpoints');
    const service = aService({ selector: {}, ports: ports(500) });
    const { bindings } = readService(service, relatedAre({ slices: [object] }));
    const kept = bindings.flatMap(({ backends }) => (backends.mode === 'endpoints' ? (backends.endpoints ?? []) : []));
    expect(kept).toHaveLength(10_000);
    expect(reads()).toBeLessThanOrEqual(few);
  });

  test('the ports of its EndpointSlices are looked through a few times', () => {
    const { object, reads } = counted({ name: 'p299', protocol: 'TCP', port: 9_000 }, 'name');
    const listed = ports(299).map(({ name, port }) => ({ name, protocol: 'TCP', port }));
    const endpoints = [{ addresses: ['10.0.0.1'], ready: true, terminating: false, nodeName: 'a' }];
    const slices = [{ service: 'shop/web', hasIps: true, ports: [...listed, object], endpoints }];
    const { bindings } = readService(aService({ selector: {}, ports: ports(300) }), relatedAre({ slices }));
    expect(bindings[299]?.backends).toMatchObject({ endpoints: [{ ip: '10.0.0.1', port: 9_000 }] });
    expect(reads()).toBeLessThanOrEqual(few);
  });

  test('what each node has of endpoints is counted once for ports in the same EndpointSlices', () => {
    const named = ports(300).map(({ name, port }) => ({ name, protocol: 'TCP', port }));
    const endpoint = { addresses: ['10.0.0.1'], ready: true, terminating: false, nodeName: 'a' };
    const { object, reads } = counted(endpoint, 'addresses');
    const slices = [{ service: 'shop/web', hasIps: true, ports: named, endpoints: [object] }];
    const nodes = [{ name: 'a', labels: {}, ips: ['10.1.0.1'], ready: true, cordoned: false, ending: false }];
    const service = aService({ directAccess: 'false', externalTrafficPolicy: 'Local', ports: ports(300) });
    const { bindings } = readService(service, relatedAre({ slices, nodes }));
    expect(bindings[299]?.backends).toMatchObject({ nodes: [{ endpoints: { IPv4: 1, IPv6: 0 } }] });
    expect(reads()).toBeLessThanOrEqual(few);
  });

  test.each(['true', 'false'])(
    'and 50 rules of one Service, with direct-access "%s", its lists are read once',
    (direct) => {
      const named = ports(50).map(({ name, port }) => ({ name, protocol: 'TCP', port }));
      const endpoints = [{ addresses: ['10.0.0.1'], ready: true, terminating: false, nodeName: 'a' }];
      const { object, reads } = counted({ service: 'shop/web', hasIps: true, ports: named, endpoints }, 'endpoints');
      const service = aBackendService({ selector: {}, ports: ports(50), externalTrafficPolicy: 'Local' });
      const paths = named.map(({ name }) =>
        aPath({ path: `/${name}`, pathType: 'Exact', backend: aBackend('web', name) }),
      );
      const marks = { [annotation.managed]: 'true', [ingressAnnotation.directAccess]: direct };
      const ingress = anIngress({ paths, annotations: { ...onExisting, ...marks } });
      expect(readIngress(ingress, relatedAre({ ...service, slices: [object], nodes: [] })).bindings).toHaveLength(50);
      expect(reads()).toBeLessThanOrEqual(few);
    },
  );

  test('the TkeServiceConfig that hundreds of Services name is read a few times', () => {
    const spec = { loadBalancer: { l4Listeners: [{ protocol: 'TCP', port: 80, scheduler: 'LEAST_CONN' }] } };
    const { object, reads } = counted({ spec }, 'spec');
    const service = aService({ annotations: { [annotation.serviceConfig]: 'tuned' } });
    const views = ports(300).map(() => readService(service, relatedAre(object)));
    expect(views[299]?.bindings[0]?.listenerSettings).toMatchObject({ scheduler: 'LEAST_CONN' });
    expect(reads()).toBeLessThanOrEqual(few);
  });

  test('and thousands, the last ones are not served, and it is told', () => {
    const { bindings, findings } = readService(aService({ ports: ports(4_000) }));
    expect(bindings).toHaveLength(500);
    expect(findings).toEqual([expect.objectContaining({ reason: 'QuotaReached' })]);
  });
});

test('An Ingress with more than is read of it is told so.', () => {
  const { findings, bindings } = readIngress(anIngress({ leftOut: 7 }), relatedAre(aBackendService()));
  expect(bindings).toHaveLength(1);
  expect(findings.map(({ message }) => message)).toEqual([
    'Move some rules to another Ingress: this one has 7 paths, hosts and entries of spec.tls more than are read. ' +
      'The last ones are not served.',
  ]);
});

test('12,000 unsupported hosts are one finding, and so are the paths of as many hosts.', () => {
  const hosts = Array.from({ length: 12_000 }, (_, at) => `h${at}.example.com`);
  const paths = hosts.flatMap((host) => [aPath({ host: host.toUpperCase() }), aPath({ host, path: '/a b' })]);
  const { findings } = readIngress(anIngress({ paths: [aPath(), ...paths] }), relatedAre(aBackendService()));
  expect(findings.map(({ reason }) => reason)).toEqual(['HostUnsupported', 'PathUnsupported', 'QuotaReached']);
  expect(findings[0]?.message).toMatch(/^12000 hosts are left out with their paths: "H0.EXAMPLE.COM" is no host name;/);
  expect(findings[1]?.message).toMatch(/^Paths that are left out: "\/a b" of host h0.example.com has letters that /);
});

test('Hundreds of ports of a protocol that no CLB has are one finding.', () => {
  const { findings } = readService(aService({ ports: ports(300).map((port) => ({ ...port, protocol: 'SCTP' })) }));
  expect(findings.map(({ message }) => message)).toEqual([
    'Ports 1, 2, 3, 4, 5, … have protocol SCTP, which a CLB does not forward; use TCP or UDP.',
  ]);
});

/** Long before that what grows with the square of the length is done. */
const secondMs = 5_000;
const timed = (work: () => void) => {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
};

describe('What takes milliseconds is', () => {
  test('a path of slashes', () => {
    const path = `${'/'.repeat(200_000)}a`;
    expect(timed(() => mapPaths([{ path, pathType: 'Prefix' }]))).toBeLessThan(secondMs);
  });

  test('thousands of Secrets for one host, and of hosts for one Secret', () => {
    const some = (count: number) => Array.from({ length: count }, (_, at) => at);
    const secrets = some(40_000).map((at) => ({ hosts: ['a.com'], secretName: `s${at}` }));
    const tls = [...secrets, { hosts: some(40_000).map((at) => `h${at}.com`), secretName: 's' }];
    const pending = { related: () => ({ state: 'pending' }) } as unknown as RelatedObjects;
    const took = timed(() => {
      const certificates = certificatesOf(anIngress({ tls }), pending);
      for (const at of some(200)) certificates.of(`www${at}.example.com`);
      expect(certificates.findings).toHaveLength(1);
    });
    expect(took).toBeLessThan(secondMs);
  });
});
