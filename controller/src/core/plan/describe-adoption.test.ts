import { expect, test } from '@jest/globals';
import { aBinding, aListener, anObserved, anOwner, clbId, someFacts, webOwner } from '../../testing/builders.ts';
import { tkeListener } from '../model/adoption.ts';
import type { ListenerAnswer } from '../model/clb-port.ts';
import type { Binding } from '../model/binding.ts';
import { describeAdoption } from './describe-adoption.ts';

/** How much of a plan an event shows. */
const shown = 1_000;

function planOf(bindings: readonly Binding[], listeners: readonly Partial<ListenerAnswer>[]): string {
  const seen = anObserved({ listeners: listeners.map((one) => aListener({ name: tkeListener, ...one })) });
  const observed = { ...seen, listeners: seen.listeners.map((one) => ({ ...one, adoptable: new Map() })) };
  return describeAdoption(webOwner, someFacts({ observed, claims: [{ owner: anOwner(), bindings }] }));
}

const certificates = (id: string) => ({ mode: 'UNIDIRECTIONAL', ids: [id] }) as const;

test('Of ten ports each has its step, and what becomes of the CLB and of other listeners comes before them.', () => {
  const ports = Array.from({ length: 10 }, (_, at) => 8_000 + at);
  const bindings = ports.map((port) => aBinding({ place: { protocol: 'TCP', port } }));
  const plan = planOf(
    bindings,
    [...ports, 9_000].map((port) => ({ id: `lbl-${port}`, port })),
  );
  expect(plan.length).toBeGreaterThan(shown);
  for (const port of ports) expect(plan).toContain(`TCP/${port}: listener lbl-${port} gets clb-direct's name`);
  const first = plan.slice(0, shown);
  expect(first).toContain('The address stays, and the CLB is no longer deleted with the Service.');
  expect(first).toContain('take the word "plan" off annotation clb-direct.io/adopt');
  expect(first).toContain('no port of the Service wants them: lbl-9000 (TCP/9000)');
});

test('Of two listeners with long hosts, and a port that waits, the risk to handshakes is told first.', () => {
  const hostOf = (at: number) => `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.h${at}.example.com`;
  const binding = (protocol: 'HTTP' | 'HTTPS', port: number, at: number) =>
    aBinding({
      place: { protocol, port, domain: hostOf(at), url: '/' },
      ruleSettings: protocol === 'HTTPS' ? { certificates: certificates(`cert-${at}`) } : {},
    });
  const hosts = [0, 1, 2, 3, 4];
  const bindings = [
    ...hosts.map((at) => binding('HTTP', 80, at)),
    ...hosts.map((at) => binding('HTTPS', 443, at)),
    aBinding({ place: { protocol: 'TCP', port: 5_000 } }),
  ];
  const rules = hosts.map((at) => ({ locationId: `loc-${at}`, domain: hostOf(at + 5), url: '/', settings: {} }));
  const plan = planOf(bindings, [
    { id: 'lbl-80', protocol: 'HTTP', port: 80, rules },
    { id: 'lbl-443', protocol: 'HTTPS', port: 443, rules },
    { id: 'lbl-5000', protocol: 'TCP_SSL', port: 5_000 },
  ]);
  expect(plan.slice(0, shown)).toContain(`CLB ${clbId} was made by TKE's controller`);
  expect(plan.slice(0, shown)).toContain('Note: HTTPS/443: SNI is switched on for good');
  const order = ['SNI is switched', 'rules left as they are', 'TCP/5000: waits', 'rules that are made there'];
  expect(order.map((text) => plan.indexOf(text))).toEqual(
    order.map((text) => plan.indexOf(text)).toSorted((a, b) => a - b),
  );
  expect(order.filter((text) => !plan.includes(text))).toEqual([]);
});
