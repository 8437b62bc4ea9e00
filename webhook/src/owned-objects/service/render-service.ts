import { programName } from '@clb-direct/shared/domain/names.ts';
import { isDeepStrictEqual } from 'node:util';
import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';

/** The label of our pods. */
export const podLabels = { 'app.kubernetes.io/name': programName.webhook };

const port = { name: 'https', port: 443, targetPort: 'https', protocol: 'TCP' };
/** Local would cut off every API server on whose node none of our pods runs. */
const spec = { type: 'ClusterIP', selector: podLabels, internalTrafficPolicy: 'Cluster' };

/** The Service through which API servers call us, as the manifests have it: only fields that are ours. */
export function renderService(name: string, namespace: string): RawObject {
  const metadata = { name, namespace, labels: podLabels };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { ...spec, ports: [port] } };
}

/** Names what differs, as metric labels; further ports, labels and annotations are others' business. */
export function compareService(live: RawObject | undefined): readonly string[] {
  if (live === undefined) return ['missing'];
  const liveSpec = asObject(own(live, 'spec'));
  const ours = portsOf(live).find(isOurPort);
  const isSamePort = Object.entries(port).every(([field, value]) => own(ours, field) === value);
  const fields = Object.entries(spec).filter(([field, value]) => !isDeepStrictEqual(own(liveSpec, field), value));
  const headless = isHeadless(live) ? ['clusterIP'] : [];
  return [...(isSamePort ? [] : ['port']), ...fields.map(([field]) => field), ...headless];
}

/** An API server calls a Service at the Service's own address, and cannot call one that has none. */
export function isHeadless(live: RawObject): boolean {
  return own(asObject(own(live, 'spec')), 'clusterIP') === 'None';
}

/** The merge patch that makes a live Service ours again. */
export function mergeService(live: RawObject): RawObject {
  const resourceVersion = own(asObject(own(live, 'metadata')), 'resourceVersion');
  // A map is merged key by key: what is in the selector besides our label has to be taken out by name.
  const foreign = Object.keys(asObject(own(asObject(own(live, 'spec')), 'selector')) ?? {});
  const selector = { ...Object.fromEntries(foreign.map((key) => [key, null])), ...podLabels };
  const others = portsOf(live).filter((one) => !isOurPort(one) && own(one, 'name') !== port.name);
  const ports = [...others, { ...portsOf(live).find(isOurPort), ...port }];
  return { metadata: { resourceVersion }, spec: { ...spec, selector, ports, externalName: null } };
}

function portsOf(service: RawObject): readonly (RawObject | undefined)[] {
  return asList(own(asObject(own(service, 'spec')), 'ports')).map(asObject);
}

function isOurPort(one: RawObject | undefined): boolean {
  return own(one, 'port') === port.port && own(one, 'protocol') === port.protocol;
}

/** Where managedFields speaks of a drift of the Service. */
export function pathInService(drift: string): readonly string[] {
  return ['f:spec', `f:${drift === 'port' ? 'ports' : drift}`];
}
