import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { writeCondition } from '@clb-direct/shared/domain/annotated-condition.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { adopt } from './adopt.ts';

// Requests to a server of its own, on a machine that may be slow.
jest.setTimeout(60_000);
const place = placeOf(paths.ingress('shop', 'site'));
const asTkeLeavesIt = { [ingressAnnotation.loadBalancerId]: 'lb-a1', [ingressAnnotation.tkeMode]: 'skip' };

let cluster: FakeCluster;
let said: string[];
beforeEach(async () => {
  cluster = await openFakeCluster();
  said = [];
});
afterEach(async () => cluster.close());

const ingress = () => cluster.server.store.get(place);
const annotations = () => (ingress().metadata['annotations'] ?? {}) as Readonly<Record<string, string>>;
const put = (metadata: Readonly<Record<string, unknown>> = {}) =>
  cluster.server.create(paths.ingresses('shop'), {
    metadata: { name: 'site', annotations: asTkeLeavesIt, ...metadata },
  });

/** It answers in the annotation, and takes that off an Ingress that does not ask. */
function controllerAnswers(toPlan: string): void {
  cluster.server.store.changed.on('change', () => {
    const asked = Object.fromEntries(Object.entries(annotations()).filter(([name]) => name !== annotation.condition));
    const value = asked[annotation.adopt];
    const reason = value?.startsWith('plan') === true ? toPlan : 'LoadBalancerEnsured';
    const status = reason === 'LoadBalancerEnsured' ? ('True' as const) : ('False' as const);
    const text = writeCondition({ status, reason, message: `says ${reason} of ${value ?? ''}` });
    const wanted = value === undefined ? asked : { ...asked, [annotation.condition]: text };
    if (JSON.stringify(annotations()) === JSON.stringify(wanted)) return;
    cluster.server.store.replace(place, { ...ingress(), metadata: { ...ingress().metadata, annotations: wanted } });
  });
}

async function run(yes = false): Promise<number> {
  const { api, stop } = cluster;
  const at = { api, kind: 'Ingress', namespace: 'shop', name: 'site', pauseMs: 5 } as const;
  const say = (line: string) => void said.push(line);
  return adopt({ ...at, balancerId: undefined, yes, say, answerMs: 60_000, servingMs: 60_000 }, stop.signal);
}

test('An Ingress is shown the plan, and is afterwards as it was.', async () => {
  put();
  controllerAnswers('AdoptionPlanned');
  expect(await run()).toBe(0);
  expect(said).toEqual(['says AdoptionPlanned of plan lb-a1', 'nothing was changed; do it with --yes']);
  expect(annotations()).toEqual(asTkeLeavesIt);
});

test('With --yes it is adopted, and the command ends when it is served.', async () => {
  put();
  controllerAnswers('AdoptionPlanned');
  expect(await run(true)).toBe(0);
  expect(said).toEqual(['says AdoptionPlanned of plan lb-a1', 'lb-a1 is adopted']);
  expect(annotations()).toMatchObject({ ...asTkeLeavesIt, [annotation.managed]: 'true', [annotation.adopt]: 'lb-a1' });
});

test('What the controller refuses is shown, and nothing is left on the Ingress.', async () => {
  put();
  controllerAnswers('AdoptionRefused');
  expect(await run(true)).toBe(1);
  expect(said).toEqual(['says AdoptionRefused of plan lb-a1']);
  expect(annotations()).toEqual(asTkeLeavesIt);
});

test('One that names the CLB itself is adopted as well.', async () => {
  put({ annotations: { ...asTkeLeavesIt, [ingressAnnotation.existingLoadBalancer]: 'lb-a1' } });
  controllerAnswers('AdoptionPlanned');
  expect(await run()).toBe(0);
});

describe('Nothing is asked of the controller', () => {
  const other = { ...asTkeLeavesIt, [ingressAnnotation.existingLoadBalancer]: 'lb-c3' };
  test.each([
    ['without a CLB', { annotations: {} }, ingressAnnotation.loadBalancerId],
    ['for another CLB than it names', { annotations: other }, 'it names lb-c3'],
    ['while it is skipped', { annotations: { ...asTkeLeavesIt, [annotation.mode]: 'skip' } }, annotation.mode],
    ['where clb-direct serves', { finalizers: [serviceFinalizer] }, 'serves it already'],
  ])('%s.', async (_, metadata, problem) => {
    put(metadata);
    await expect(run(true)).rejects.toThrow(problem);
    expect(cluster.server.requests.filter(({ method }) => method === 'PATCH')).toEqual([]);
  });
});
