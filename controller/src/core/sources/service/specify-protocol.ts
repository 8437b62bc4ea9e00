import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { asObject } from '@clb-direct/shared/domain/raw.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { most } from '../../model/record.ts';
import { readPort, wrong, type SpecifiedPort } from './specified-port.ts';

export interface Specified {
  /** By port: what is asked for, or what is wrong there. A port that is not in it has the protocol of the spec. */
  of(port: number): SpecifiedPort | Finding | undefined;
  /** Of the whole annotation. */
  readonly findings: readonly Finding[];
}

/** Reads the annotation specify-protocol (TKE doc 457/51259); `ports`: those of the Service, others are ignored. */
export function readSpecified(text: string | undefined, ports: readonly number[]): Specified {
  if (text === undefined) return { of: () => undefined, findings: [] };
  const root = parsed(text);
  if (root === undefined) {
    const finding = wrong(
      `is "${safeText(text, 80)}"`,
      'JSON such as {"443":{"protocol":["TCP_SSL"],"tls":"my-secret"}}',
    );
    return { of: () => finding, findings: [finding] };
  }
  const entries = ports.flatMap((port) => {
    const entry = root[String(port)];
    return entry === undefined ? [] : [[port, readPort(String(port), entry)] as const];
  });
  const byPort = new Map<number, SpecifiedPort | Finding>(limited(entries));
  const findings = [...byPort.values()].filter(isFinding);
  return { of: (port) => byPort.get(port), findings };
}

export function isFinding(value: SpecifiedPort | Finding): value is Finding {
  return 'reason' in value;
}

type Entry = readonly [number, SpecifiedPort | Finding];

/** Every host is a rule, and the record has room for some. */
function limited(entries: readonly Entry[]): readonly Entry[] {
  const count = entries.reduce((sum, [, entry]) => sum + (isFinding(entry) ? 0 : entry.hosts.length), 0);
  if (count <= most.hostsOfOwner) return entries;
  const finding = wrong(`has ${count} hosts`, `at most ${most.hostsOfOwner} hosts for the whole Service`);
  return entries.map(([port, entry]) => [port, isFinding(entry) || entry.hosts.length === 0 ? entry : finding]);
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}
