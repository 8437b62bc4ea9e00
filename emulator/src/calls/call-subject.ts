type Structure = Record<string, unknown>;

/** What a call names. */
interface CallSubject {
  loadBalancerIds: readonly string[];
  listenerIds: readonly string[];
  targets: readonly { ip: string; port?: number | undefined }[];
}

const structure = (value: unknown): Structure =>
  typeof value === 'object' && value !== null ? (value as Structure) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const texts = (values: unknown[]): string[] => [...new Set(values.filter((value) => typeof value === 'string'))];

function targetOf({ EniIp, InstanceId, PrivateIp, Port }: Structure) {
  const ip = EniIp ?? InstanceId ?? PrivateIp;
  return typeof ip === 'string' ? [{ ip, port: typeof Port === 'number' ? Port : undefined }] : [];
}

/** The load balancers, listeners and targets that a request names; it may be of any form: it is not checked yet. */
export function subjectOfCall(request: unknown): CallSubject {
  const body = structure(request);
  const parts = [body['Targets'], body['ModifyList'], body['Backends'], body['LoadBalancerSla']]
    .flatMap(list)
    .map(structure);
  const members = [...parts, ...parts.flatMap((part) => list(part['Targets'])).map(structure)];
  return {
    loadBalancerIds: texts([
      body['LoadBalancerId'],
      ...list(body['LoadBalancerIds']),
      ...parts.map((it) => it['LoadBalancerId']),
    ]),
    listenerIds: texts([body['ListenerId'], ...list(body['ListenerIds']), ...parts.map((it) => it['ListenerId'])]),
    targets: members.flatMap(targetOf),
  };
}
