import { describe, expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aNode, aPort } from '../../../testing/builders.ts';
import { aBackendService, anIngress, onExisting } from '../../../testing/ingress-builders.ts';
import type { BackendService, RelatedKind, RelatedObjects } from '../../model/related-objects.ts';
import { readIngress } from './read-ingress.ts';

const onNodes = { ...onExisting, [annotation.managed]: 'true', [ingressAnnotation.directAccess]: 'false' };
const nodePort = { type: 'NodePort', ports: [aPort({ nodePort: 30_080 })] };

interface Scene {
  readonly service?: Partial<BackendService>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly unread?: Partial<Record<RelatedKind, 'pending' | 'unreadable'>>;
}

function read({ service = nodePort, annotations = onNodes, unread = {} }: Scene = {}) {
  const facts: Partial<Record<RelatedKind, unknown>> = {
    Service: aBackendService(service),
    Nodes: { nodes: [aNode()] },
    AllEndpointSlices: { slices: [] },
  };
  const related = ({ kind }: { readonly kind: RelatedKind }) =>
    unread[kind] === undefined ? { state: 'found', facts: facts[kind] } : { state: unread[kind] };
  return readIngress(anIngress({ annotations }), { related } as unknown as RelatedObjects);
}

const messagesOf = (scene?: Scene) => read(scene).findings.map(({ reason, message }) => `${reason}: ${message}`);

describe(`the annotation ${ingressAnnotation.directAccess}`, () => {
  test.each([
    ['false', 'nodes'],
    ['true', 'pods'],
    [undefined, 'pods'],
    ['no', 'pods'],
  ])('%j means %s', (value, mode) => {
    const ours = { [annotation.managed]: 'true' };
    const annotations = value === undefined ? ours : { ...ours, [ingressAnnotation.directAccess]: value };
    expect(read({ annotations }).bindings.map(({ backends }) => backends.mode)).toEqual([mode]);
  });

  test('"false" refers to the nodes, and with the policy Local to the EndpointSlices of the Service', () => {
    const kinds = (service: Partial<BackendService>) => read({ service }).references.map(({ kind }) => kind);
    expect(kinds(nodePort)).toEqual(['Service', 'Nodes']);
    expect(kinds({ ...nodePort, externalTrafficPolicy: 'Local' })).toEqual(['Service', 'Nodes', 'AllEndpointSlices']);
  });

  test('"false" takes a Service without a selector too, because kube-proxy serves it', () => {
    expect(read({ service: { ...nodePort, selector: {} } })).toMatchObject({
      findings: [],
      bindings: [{ backends: { mode: 'nodes', nodePort: 30_080, nodes: [{ ips: ['10.1.0.1'] }] } }],
    });
  });

  test('"false" says which port has no node port, and what to do; what stands stays', () => {
    const scene = { service: { type: 'ClusterIP', ports: [aPort()] } };
    expect(messagesOf(scene)).toEqual([expect.stringMatching(/^NodePortMissing: Port 80 of Service web .*NodePort/)]);
    expect(read(scene).bindings).toMatchObject([{ backends: { mode: 'nodes', nodes: undefined } }]);
    expect(read(scene).bindings[0]?.incomplete).toBeUndefined();
  });

  test.each<[Partial<Record<RelatedKind, 'pending' | 'unreadable'>>, readonly string[]]>([
    [{ Nodes: 'pending' }, []],
    [{ Nodes: 'unreadable' }, [ingressAnnotation.directAccess]],
  ])('"false" changes nothing while the nodes are not known: %j', (unread, said) => {
    const found = messagesOf({ unread });
    expect(found).toEqual(said.map((part) => expect.stringContaining(part)));
    expect(read({ unread }).bindings).toMatchObject([{ backends: { nodes: undefined }, incomplete: {} }]);
  });
});

test('Which nodes are targets, the annotations of the Service say.', () => {
  const nodesWith = (text: string) =>
    read({ service: { ...nodePort, annotations: { [annotation.nodeSelector]: text } } }).bindings.map(
      ({ backends }) => backends.mode === 'nodes' && backends.nodes?.length,
    );
  expect(nodesWith('!spot')).toEqual([1]);
  expect(nodesWith('spot')).toEqual([0]);
  const service = { ...nodePort, annotations: { [annotation.nodeSelector]: 'a b' } };
  expect(messagesOf({ service })).toEqual([expect.stringContaining('of Service web is "a b"; write')]);
});

test.each([
  [ingressAnnotation.targetWeights, '{"defaultWeight":5}'],
  [ingressAnnotation.graceDeletion, 'true'],
])('Where targets are nodes, %s has no effect and is told.', (name, value) => {
  const reasons = (annotations: Readonly<Record<string, string>>) =>
    read({ annotations: { ...annotations, [name]: value } }).notices.map(({ reason }) => reason);
  expect(reasons(onNodes)).toEqual(['AnnotationWithoutEffect']);
  expect(reasons(onExisting)).toEqual([]);
});
