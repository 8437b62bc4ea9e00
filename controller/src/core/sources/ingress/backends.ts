import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { noBackends, unknownBackends, type PodSelector } from '../../model/binding.ts';
import type { BackendService, ObjectReference, RelatedObjects } from '../../model/related-objects.ts';
import { endpointsOf, slicesOf, type EndpointsAt } from '../service/endpoints.ts';
import type { NodesAt } from '../service/nodes/node-ports.ts';
import type { IngressBackend, IngressFacts } from './ingress-facts.ts';
import { backendAtNodes, sendsToNodes } from './node-ports.ts';
import type { ReadBackend } from './read-backend.ts';

/** Kubernetes sends what goes to a backend that is missing to nobody else: the rule stands without targets. */
export const servesNothing: ReadBackend = { backends: noBackends, references: [] };

type Asking = Pick<IngressFacts, 'namespace' | 'annotations'>;

/** What the Services of one Ingress list is read once, however many of their ports it names. */
interface Lists {
  /** By the name of the Service. */
  readonly endpoints: Map<string, EndpointsAt>;
  readonly nodes: Map<string, NodesAt>;
}

export function backendReader(ingress: Asking, objects: RelatedObjects): (backend: IngressBackend) => ReadBackend {
  const lists = { endpoints: new Map(), nodes: new Map() };
  return (backend) => backendOf(backend, { ingress, objects, lists });
}

interface Reading {
  readonly ingress: Asking;
  readonly objects: RelatedObjects;
  readonly lists: Lists;
}

function backendOf(backend: IngressBackend, { ingress, objects, lists }: Reading): ReadBackend {
  if (backend.kind === 'nobody') return { backends: noBackends, references: [] };
  if (backend.kind === 'resource') return without(`A backend is no Service; name one`, { references: [] });
  const { name } = backend;
  const reference: ObjectReference<'Service'> = { kind: 'Service', namespace: ingress.namespace, name };
  const service = objects.related(reference);
  const named = { backend, reference, objects, lists, isAtNodes: sendsToNodes(ingress) };
  switch (service.state) {
    case 'found':
      return ofService(service.facts, named);
    case 'missing':
      return without(`Service ${safeText(name)} does not exist; create it`, foundIn(service.was, named));
    case 'pending':
    case 'unreadable':
      return { backends: unknownBackends, references: [reference], incomplete: notRead(name, service.state) };
  }
}

interface Named {
  readonly backend: Extract<IngressBackend, { kind: 'service' }>;
  readonly reference: ObjectReference<'Service'>;
  readonly objects: RelatedObjects;
  readonly lists: Lists;
  readonly isAtNodes: boolean;
}

function ofService(service: BackendService, named: Named): ReadBackend {
  const { backend, reference, objects, lists, isAtNodes } = named;
  const { namespace, name } = reference;
  const shown = `Service ${safeText(name)}`;
  const selector = selectorOf(service, reference);
  const found = foundIn(service, named);
  if (service.type === 'ExternalName') {
    return without(`${shown} is of type ExternalName, and a CLB sends to no name; use a Service of pods`, found);
  }
  // HTTP/3 has the number of HTTPS too.
  const ofTcp = service.ports.filter(({ protocol }) => protocol === 'TCP');
  const port = ofTcp.find((one) => one.name === backend.port || one.port === backend.port);
  if (port === undefined) {
    const asked = safeText(String(backend.port));
    return without(`${shown} has no TCP port ${asked}; write the name or the number of one that it has`, found);
  }
  if (isAtNodes) return { ...backendAtNodes(port, { service, reference, objects, lists: lists.nodes }), selector };
  const shared = { protocol: 'TCP', ...(service.publishNotReady ? { publishNotReady: true } : {}) } as const;
  if (selector === undefined) {
    const asked = { namespace, name, selector: service.selector };
    const endpointsAt = lists.endpoints.get(name) ?? endpointsOf(asked, objects);
    lists.endpoints.set(name, endpointsAt);
    const { endpoints, incomplete } = endpointsAt(port);
    const references = [reference, ...slicesOf(asked)];
    return { backends: { mode: 'endpoints', endpoints, ...shared }, references, incomplete };
  }
  return { backends: { mode: 'pods', selector, targetPort: port.targetPort, ...shared }, ...found };
}

function selectorOf({ selector: labels }: BackendService, { namespace }: ObjectReference): PodSelector | undefined {
  return Object.keys(labels).length > 0 ? { namespace, labels } : undefined;
}

type Found = Pick<ReadBackend, 'references' | 'selector'>;

/** While its Service is made again, pods are to be targets still. Of nodes no pod is one. */
function foundIn(service: BackendService | undefined, { reference, isAtNodes }: Named): Found {
  const selector = service === undefined || isAtNodes ? undefined : selectorOf(service, reference);
  return { references: [reference], selector };
}

function without(what: string, { references, selector }: Found): ReadBackend {
  const waits = selector === undefined ? '' : ', the pods that it selects wait at their gates';
  const message = `${what}. Until then what asks for it finds no target${waits}; the other paths are served.`;
  const repeat = { ...hourly, by: 'message' } as const;
  return {
    backends: noBackends,
    references,
    selector,
    problem: { severity: 'Warning', reason: 'BackendNotFound', message, repeat },
  };
}

function notRead(name: string, state: 'pending' | 'unreadable'): Finding {
  const shown = `Service ${safeText(name)}`;
  if (state === 'pending') {
    return { severity: 'Normal', reason: 'BackendNotFound', message: `${shown} is being read` };
  }
  const message = `${shown} cannot be read; let ServiceAccount clb-direct-controller list and watch Services.`;
  return { severity: 'Warning', reason: 'BackendNotFound', message, repeat: hourly };
}
