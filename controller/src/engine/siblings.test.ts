import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CloudError, type CloudErrorKind } from '../core/model/cloud-error.ts';
import { aNewService, aPod, aPort, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

/** Two Services on one CLB: for "broken", in a namespace of its own, the CLB fails; "web" is its sibling. */
let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
});
afterEach(async () => passing(world.stop()));

const brokenPorts = [90, 91, 92, 93, 94, 95];
const cloudError = (kind: CloudErrorKind, code = 'X') =>
  new CloudError(`it is ${kind}`, { kind, code, action: 'X', requestId: 'req-1' });
const picture = () => world.clb.picture(clbId);
const ports = () => world.clb.listenersOf(clbId).map(({ port }) => port);
const isBroken = (listenerId: string) =>
  brokenPorts.includes(world.clb.listenersOf(clbId).find(({ id }) => id === listenerId)?.port ?? 0);
const isBrokenPod = (ip: string) => ip.startsWith('10.0.9.');
const finePod = (number: number) => aPod({ name: `web-${number}`, ip: `10.0.0.${number}` });
const brokenPod = (number: number) =>
  aPod({ namespace: 'other', name: `bad-${number}`, labels: { app: 'bad' }, ip: `10.0.9.${number}` });

async function serving(): Promise<void> {
  world.cluster.putService(aNewService({ ports: [aPort(), aPort({ port: 81 })] }));
  world.cluster.putService(
    aNewService({
      namespace: 'other',
      name: 'broken',
      selector: { app: 'bad' },
      ports: brokenPorts.map((port) => aPort({ port })),
    }),
  );
  for (const number of [1, 2]) world.cluster.putPod(finePod(number));
  for (const number of [1, 2]) world.cluster.putPod(brokenPod(number));
  world.start({ placeRules: { rules: [{ balancers: '*', namespaces: ['*'] }], reservationMs: 0 } });
  await until(() => Object.keys(picture()).length === 2 * (2 + brokenPorts.length));
}

/** What "broken" wants now is refused in this way for ever. */
type Fault = () => void;

/** A rollout of the sibling, and a port that it gives up: each within the time that one look and one write may take. */
async function siblingMoves(): Promise<void> {
  world.cluster.putPod(finePod(3));
  await until(() => world.cluster.gateOf('shop/web-3').startsWith('True'), 1_500);
  world.cluster.changePod('shop/web-1', { ending: true });
  await until(() => picture()['80/10.0.0.1:8080'] === 0, 1_500);
  world.cluster.changePod('shop/web-1', { containersGone: true });
  await until(() => picture()['80/10.0.0.1:8080'] === undefined, 3_000);
  world.cluster.changeService('shop/web', { ports: [aPort()] });
  await until(() => !ports().includes(81), 6_000);
}

/** Of a call that names something of "broken". */
function failCalls(action: 'register' | 'setWeight' | 'deregister', error: CloudError): void {
  const call = world.clb[action].bind(world.clb) as (...args: unknown[]) => Promise<never>;
  (world.clb as unknown as Record<string, unknown>)[action] = async (
    ...args: [string, { target: { ip: string } }[]]
  ) => (args[1].some(({ target }) => isBrokenPod(target.ip)) ? Promise.reject(error) : call(...args));
}

function failModify(error: CloudError): void {
  const modify = world.clb.modifyListener.bind(world.clb);
  world.clb.modifyListener = async (id, step, signal) =>
    isBroken(step.listenerId) ? Promise.reject(error) : modify(id, step, signal);
}

const asksForSettings = () => world.cluster.changeService('other/broken', { healthCheck: 'off' });
const gets = () => world.cluster.putPod(brokenPod(3));
const drains = () => world.cluster.changePod('other/bad-1', { ending: true });
const ends = () => world.cluster.changePod('other/bad-1', { ending: true, containersGone: true });

const faults: [string, Fault][] = [
  ['nothing', () => undefined],
  [
    'listeners that are refused',
    () => {
      world.clb.refuseListener = ({ place }) => (place.port >= 96 ? cloudError('refused') : undefined);
      world.cluster.changeService('other/broken', {
        ports: [...brokenPorts, 96, 97, 98, 99, 100].map((port) => aPort({ port })),
      });
    },
  ],
  [
    'a target that is refused',
    () => {
      world.clb.refuse = ({ ip }) => (ip === '10.0.9.3' ? 'not in this VPC' : undefined);
      gets();
    },
  ],
  ...(['refused', 'throttled', 'transient', 'busy', 'quota', 'gone'] as const).map((kind): [string, Fault] => [
    `settings of many listeners for which the CLB says ${kind}`,
    () => {
      failModify(cloudError(kind));
      asksForSettings();
    },
  ]),
  ...(['refused', 'transient', 'quota', 'gone'] as const).flatMap((kind): [string, Fault][] => [
    [
      `a target that makes each call of which it is a part ${kind}`,
      () => {
        failCalls('register', cloudError(kind));
        gets();
      },
    ],
    [
      `a drain that makes each call of which it is a part ${kind}`,
      () => {
        failCalls('setWeight', cloudError(kind));
        drains();
      },
    ],
    [
      `a removal that makes each call of which it is a part ${kind}`,
      () => {
        failCalls('deregister', cloudError(kind));
        ends();
      },
    ],
  ]),
];

describe('A sibling on the same CLB gets its targets, drains and deletions beside', () => {
  test.each(faults)('%s', async (_, happens) => {
    await serving();
    happens();
    await siblingMoves();
    expect(picture()['80/10.0.0.3:8080']).toBe(10);
  });
});
