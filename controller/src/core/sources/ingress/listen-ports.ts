import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { asObject } from '@clb-direct/shared/domain/raw.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { shownValue } from '@clb-direct/shared/domain/shown-value.ts';
import { listed } from '../../model/listed.ts';
import { malformedAnnotation } from '../service/malformed-annotation.ts';
import { listIn } from './annotation-list.ts';
import type { IngressFacts } from './ingress-facts.ts';

export type WebProtocol = 'HTTP' | 'HTTPS';

/** At which ports the rules of an Ingress stand. */
export interface ListenPorts {
  readonly HTTP: readonly number[];
  readonly HTTPS: readonly number[];
  /** The protocols of which no port can be read. What stands of them stays as it is. */
  readonly unread: ReadonlySet<WebProtocol>;
  readonly finding?: Finding;
}

const usual = { HTTP: 80, HTTPS: 443 } as const;
const protocols = ['HTTP', 'HTTPS'] as const;
/** Every port costs a rule for each path. */
const mostPorts = 10;
const example = '[{"HTTP":80},{"HTTPS":443}]';

/**
 * From TKE's annotation listen-ports. A protocol that it does not name has its usual port; one whose ports are all
 * wrong changes nothing, because the usual port may not be what its author means.
 */
export function listenPortsOf({ annotations }: Pick<IngressFacts, 'annotations'>): ListenPorts {
  const { items, problem } = listIn(annotations[ingressAnnotation.listenPorts], example);
  if (problem !== undefined) return { ...usualPorts, unread: new Set(protocols), finding: malformed([problem], keeps) };
  const entries = items.flatMap(readItem);
  const taken = withoutRepeats(entries);
  const problems = taken.flatMap((entry) => entry.problem ?? []);
  const read = (protocol: WebProtocol) => portsOf(protocol, taken);
  const unread = protocols.filter((protocol) => read(protocol).length === 0 && isNamed(protocol, taken));
  const [http, https] = [read('HTTP'), read('HTTPS')];
  return {
    HTTP: http.length > 0 ? http : usualPorts.HTTP,
    HTTPS: https.length > 0 ? https : usualPorts.HTTPS,
    unread: new Set(unread),
    ...(problems.length === 0 ? {} : { finding: malformed(problems) }),
  };
}

const usualPorts = { HTTP: [usual.HTTP], HTTPS: [usual.HTTPS] } as const;

interface Entry {
  /** As people write it: "[0].HTTP". */
  readonly path: string;
  readonly protocol?: WebProtocol;
  readonly port?: number;
  readonly problem?: string;
}

function readItem(item: unknown, at: number): readonly Entry[] {
  const fields = Object.entries(asObject(item) ?? {});
  if (fields.length === 0) return [{ path: '', problem: `[${at}] is ${shownValue(item)}; write {"HTTP":80}` }];
  return fields.map(([name, value]) => readPort(name, value, `[${at}].${safeText(name, 20)}`));
}

function readPort(name: string, port: unknown, path: string): Entry {
  const protocol = protocols.find((one) => one === name);
  if (protocol === undefined) return { path, problem: `${path} is no protocol; write HTTP or HTTPS` };
  const isPort = typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535;
  if (isPort) return { path, protocol, port };
  return { path, protocol, problem: `${path} is ${shownValue(port)}; write a whole number from 1 to 65535` };
}

/** A CLB has one listener for a port: of two entries the first one counts. */
function withoutRepeats(entries: readonly Entry[]): readonly Entry[] {
  const first = new Map<number, Entry>();
  return entries.map((entry) => {
    const { path, protocol, port } = entry;
    if (port === undefined) return entry;
    const other = first.get(port);
    if (other === undefined && first.size === mostPorts) {
      return withProblem(entry, `${path} is one port too many; write at most ${mostPorts}`);
    }
    if (other === undefined) first.set(port, entry);
    if (other === undefined || other.protocol === protocol) return entry;
    return withProblem(entry, `${path} is ${port}, as ${other.path} is; write another port`);
  });
}

function withProblem({ path, protocol }: Entry, problem: string): Entry {
  return { path, ...(protocol === undefined ? {} : { protocol }), problem };
}

function portsOf(protocol: WebProtocol, entries: readonly Entry[]): readonly number[] {
  return [...new Set(entries.flatMap((entry) => (entry.protocol === protocol ? (entry.port ?? []) : [])))];
}

function isNamed(protocol: WebProtocol, entries: readonly Entry[]): boolean {
  return entries.some((entry) => entry.protocol === protocol);
}

const keeps = 'Until then what stands stays as it is.';

function malformed(problems: readonly string[], end = 'The rest of it counts.'): Finding {
  return malformedAnnotation(`Annotation ${ingressAnnotation.listenPorts}: ${listed(problems, String)}. ${end}`);
}
