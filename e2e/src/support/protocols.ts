import { setTimeout as sleep } from 'node:timers/promises';
import type { Load } from '@clb-direct/scripts/prove/figures.ts';
import type { Cell } from '@clb-direct/scripts/prove/inside/cell.ts';
import { Loads } from '@clb-direct/scripts/prove/inside/load.ts';
import { portOf, surroundings, workload } from '@clb-direct/scripts/prove/inside/objects.ts';
import { untilConfigured, untilReady } from '@clb-direct/scripts/prove/inside/ready.ts';
import { rows } from '@clb-direct/scripts/prove/rows.ts';
import { addLoadBalancer } from './clb.ts';
import { apply } from './run.ts';

const perSecond = 20;
const forMs = 2_000;

export type Protocol = 'http2' | 'grpc' | 'websocket';

export const namespaceOfProtocol = (protocol: Protocol) => `e2e-${protocol}`;

/** What came of asking one pod behind an Ingress by this protocol, as a row of ./scripts/prove has them. */
export async function askBy(protocol: Protocol, clb: Cell['clb']): Promise<Load> {
  const row = rows.find(({ name }) => name === `${protocol}/rolling/none`);
  if (row === undefined) throw new Error(`no row of ${protocol}`);
  const cell = { row, namespace: namespaceOfProtocol(protocol), clb, otherClb: clb, replicas: 1 };
  await addLoadBalancer(clb.id, clb.vip);
  await apply({ apiVersion: 'v1', kind: 'List', items: [...surroundings(cell), workload(cell)] });
  await untilReady(cell);
  await untilConfigured(cell);
  const loads = new Loads(row.app, perSecond);
  loads.start(`${clb.vip}:${portOf(row, 'blue')}`);
  await loads.soFar();
  await sleep(forMs);
  return loads.end();
}
