import { BlockList } from 'node:net';

/** Targets of a range are not probed: their probes are taken to succeed, or to fail. */
export interface HealthRule {
  range: string;
  health: 'Alive' | 'Dead';
}

/** What probes of an IP would say by the first rule that has it; undefined when no rule does. */
export function createHealthByRule(rules: readonly HealthRule[]): (ip: string) => boolean | undefined {
  const ranges = rules.map(({ range, health }) => {
    const [base = '', bits = '32'] = range.split('/');
    const block = new BlockList();
    block.addSubnet(base, Number(bits), 'ipv4');
    return { block, isAlive: health === 'Alive' };
  });
  return (ip) => ranges.find(({ block }) => block.check(ip, 'ipv4'))?.isAlive;
}
