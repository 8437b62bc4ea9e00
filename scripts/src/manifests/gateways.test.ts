import { describe, expect, test } from '@jest/globals';
import { describePlace } from '@clb-direct/controller/core/model/place.ts';
import type { RelatedObjects } from '@clb-direct/controller/core/model/related-objects.ts';
import { readService } from '@clb-direct/controller/core/sources/service/read-service.ts';
import { toSliceFacts } from '@clb-direct/controller/kube/related/slice-facts.ts';
import { toServiceFacts } from '@clb-direct/controller/kube/service-facts.ts';
import { readObjects, type KubeObject } from './read-manifests.ts';

/** As the API server has it. */
function viewOf(object: KubeObject | undefined, objects?: RelatedObjects) {
  const metadata = { ...object?.metadata, uid: 'uid', creationTimestamp: '2026-01-01T00:00:00Z' };
  const facts = toServiceFacts({ ...object, metadata });
  if (facts === undefined) throw new Error('no Service of ours');
  return readService(facts, objects);
}

const bindingsOf = (object: KubeObject | undefined) =>
  viewOf(object).bindings.map(({ place, backends }) => [
    describePlace(place),
    backends.mode === 'pods' ? backends.targetPort : backends.mode,
  ]);

describe('the Service of a gateway as its chart makes it works by its annotations alone:', () => {
  test.each([
    [
      'ingress-nginx',
      [
        ['TCP/80', 'http'],
        ['TCP/443', 'https'],
      ],
    ],
    [
      'envoy-gateway',
      [
        ['TCP/80', 10080],
        ['TCP/443', 10443],
      ],
    ],
    [
      'istio',
      [
        ['TCP/15021', 15021],
        ['TCP/80', 80],
        ['TCP/443', 443],
      ],
    ],
    [
      'traefik',
      [
        ['TCP/80', 'web'],
        ['TCP/443', 'websecure'],
        ['UDP/443', 'websecure-http3'],
      ],
    ],
  ])('%s', (name, expected) => {
    const [service, ...others] = readObjects(`examples/gateways/${name}.yaml`);
    const { mark, findings, markFindings, notices } = viewOf(service);
    expect(bindingsOf(service)).toEqual(expected);
    expect([mark, findings, markFindings, notices, others]).toEqual(['ours-unless-tke', [], [], [], []]);
  });
});

describe("Cilium's dummy endpoint", () => {
  const [dummy, slice, own] = readObjects('examples/gateways/cilium.yaml');

  test('is an endpoint at an address that no pod has, which is never bound', () => {
    const found = toSliceFacts(slice);
    const objects = { related: () => ({ state: 'found', facts: { slices: [found] } }) } as unknown as RelatedObjects;
    const [binding] = viewOf(dummy, objects).bindings;
    expect(binding?.backends).toMatchObject({ mode: 'endpoints', endpoints: [{ ip: '192.192.192.192', port: 9999 }] });
  });

  test('has a Service of its own beside it that selects pods', () => {
    expect(bindingsOf(own)).toEqual([['TCP/80', 8080]]);
  });
});
