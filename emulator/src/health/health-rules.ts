import { createRanges } from '../state/known-ips.ts';

/** Targets of a range are not probed: their probes are taken to succeed, or to fail. */
export interface HealthRule {
  range: string;
  health: 'Alive' | 'Dead';
}

/** What probes of an IP would say by the first rule that has it; undefined when no rule does. */
export function createHealthByRule(rules: readonly HealthRule[]): (ip: string) => boolean | undefined {
  const ranges = rules.map(({ range, health }) => ({ has: createRanges([range]), isAlive: health === 'Alive' }));
  return (ip) => ranges.find(({ has }) => has(ip))?.isAlive;
}
