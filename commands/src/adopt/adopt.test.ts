import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { annotation, serviceCondition, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { adopt } from './adopt.ts';

// Requests to a server of its own, on a machine that may be slow.
jest.setTimeout(60_000);
const place = placeOf(paths.service('shop', 'web'));
const asTkeLeavesIt = { [annotation.loadBalancerId]: 'lb-a1', [annotation.tkeMode]: 'skip' };

let cluster: FakeCluster;
let said: string[];
beforeEach(async () => {
  cluster = await openFakeCluster();
  said = [];
});
afterEach(async () => cluster.close());

const service = () => cluster.server.store.get(place);
const annotations = (): Readonly<Record<string, string>> =>
  (service().metadata['annotations'] ?? {}) as Readonly<Record<string, string>>;
const patches = () => cluster.server.requests.filter(({ method }) => method === 'PATCH');

function put(metadata: Readonly<Record<string, unknown>> = {}, rest: Readonly<Record<string, unknown>> = {}): void {
  const object = { metadata: { name: 'web', annotations: asTkeLeavesIt, ...metadata }, spec: { type: 'LoadBalancer' } };
  cluster.server.create(paths.services('shop'), { ...object, ...rest });
}

/** What the controller writes as its answer to these annotations; undefined: it takes its condition off. */
type Answers = (asked: { readonly adopt: string; readonly isManaged: boolean }) => string | undefined;

const planned: Answers = ({ adopt: value, isManaged }) =>
  !isManaged ? undefined : value.startsWith('plan') ? 'AdoptionPlanned' : 'LoadBalancerEnsured';

function controllerAnswers(answers: Answers): void {
  cluster.server.store.changed.on('change', () => {
    const { [annotation.adopt]: value = '', [annotation.managed]: managed } = annotations();
    const reason = answers({ adopt: value, isManaged: managed === 'true' });
    const status = reason === 'LoadBalancerEnsured' ? 'True' : 'False';
    const conditions =
      reason === undefined ? [] : [{ type: serviceCondition, status, reason, message: `says ${reason} of ${value}` }];
    const object = { ...service(), status: { conditions } };
    if (JSON.stringify(service()) !== JSON.stringify(object)) cluster.server.store.replace(place, object);
  });
}

async function run(yes = false, balancerId?: string, limitMs = 60_000): Promise<number> {
  const { api, stop } = cluster;
  const at = { api, kind: 'Service', namespace: 'shop', name: 'web', pauseMs: 5 } as const;
  const say = (line: string) => void said.push(line);
  return adopt({ ...at, balancerId, yes, say, answerMs: limitMs, servingMs: limitMs }, stop.signal);
}

const saying = (reason: string, message = `says ${reason}`) => ({
  status: { conditions: [{ type: serviceCondition, status: 'False', reason, message }] },
});

test('Without --yes it shows the plan, and the Service says afterwards what it said before.', async () => {
  put();
  controllerAnswers(planned);
  expect(await run()).toBe(0);
  expect(said).toEqual(['says AdoptionPlanned of plan lb-a1', 'nothing was changed; do it with --yes']);
  expect(annotations()).toEqual(asTkeLeavesIt);
});

test('With --yes it shows the plan, and ends when the Service is served.', async () => {
  put();
  controllerAnswers(planned);
  expect(await run(true)).toBe(0);
  expect(said).toEqual(['says AdoptionPlanned of plan lb-a1', 'lb-a1 is adopted']);
  expect(annotations()).toEqual({ ...asTkeLeavesIt, [annotation.managed]: 'true', [annotation.adopt]: 'lb-a1' });
});

test('What the controller refuses is shown, and nothing is left on the Service.', async () => {
  put();
  controllerAnswers(({ isManaged }) => (isManaged ? 'AdoptionRefused' : undefined));
  expect(await run(true)).toBe(1);
  expect(said).toEqual(['says AdoptionRefused of plan lb-a1']);
  expect(annotations()).toEqual(asTkeLeavesIt);
});

test('An answer of before does not count.', async () => {
  put();
  controllerAnswers(({ isManaged }) => (isManaged ? 'AdoptionRefused' : undefined));
  await run();
  cluster.server.store.changed.removeAllListeners('change');
  controllerAnswers(planned);
  expect(await run()).toBe(0);
});

test('A controller that does not answer is told, and nothing is left on the Service.', async () => {
  put();
  expect(await run(true, undefined, 20)).toBe(1);
  expect(said).toEqual([expect.stringContaining('did not answer')]);
  expect(annotations()).toEqual(asTkeLeavesIt);
});

describe('What the Service said before is no answer', () => {
  const managed = { ...asTkeLeavesIt, [annotation.managed]: 'true' };

  test('while it is managed and has no CLB: the plan that comes after it is.', async () => {
    put({ annotations: managed }, saying('LoadBalancerNotNamed'));
    cluster.server.store.changed.once('change', () => {
      setTimeout(() => {
        cluster.server.store.replace(place, { ...service(), ...saying('AdoptionPlanned', 'the plan') });
      }, 200);
    });
    expect(await run()).toBe(0);
    expect(said[0]).toBe('the plan');
    expect(annotations()).toEqual(managed);
  });

  test('when the controller does not run, and is shown as what may be the reason.', async () => {
    put({ annotations: managed }, saying('CredentialsRefused', 'no such key'));
    expect(await run(true, undefined, 20)).toBe(1);
    expect(said).toEqual([expect.stringMatching(/did not answer.*its condition stays: no such key/)]);
    expect(annotations()).toEqual(managed);
  });

  test('to an earlier question that was taken back, when the controller does not take its answer off.', async () => {
    put({}, saying('AdoptionRefused'));
    expect(await run(true, undefined, 20)).toBe(1);
    expect(said).toEqual([expect.stringContaining('did not answer')]);
    expect(patches()).toEqual([]);
  });

  test('about another CLB.', async () => {
    put({ annotations: { ...managed, [annotation.adopt]: 'plan lb-b2' } }, saying('AdoptionPlanned'));
    expect(await run(true, 'lb-a1', 20)).toBe(1);
    expect(said).toEqual([expect.stringContaining('did not answer')]);
  });
});

test.each(['plan lb-a1', 'lb-a1'])('What it asks already by %j is answered by what stands there.', async (asked) => {
  put(
    { annotations: { ...asTkeLeavesIt, [annotation.managed]: 'true', [annotation.adopt]: asked } },
    saying('AdoptionRefused'),
  );
  expect(await run(true)).toBe(1);
  expect(said).toEqual(['says AdoptionRefused']);
});

test('When it is stopped while it waits, nothing is left on the Service.', async () => {
  put();
  const running = run(true);
  const stopped = expect(running).rejects.toThrow('stop');
  while (patches().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  cluster.stop.abort(new Error('stop'));
  await stopped;
  expect(annotations()).toEqual(asTkeLeavesIt);
});

test.each([
  ['is done', 'True', 'lb-a1 is adopted already'],
  ['has begun', 'False', 'the adoption of lb-a1 has begun and is not done: the pods are not healthy'],
  ['has begun', undefined, 'the adoption of lb-a1 has begun and is not done: the controller says nothing of it'],
])('A second time it says that it %s, when the condition is %s.', async (_, status, text) => {
  const annotations = { ...asTkeLeavesIt, [annotation.managed]: 'true', [annotation.adopt]: 'lb-a1' };
  const condition = { type: serviceCondition, status, reason: 'Any', message: 'the pods are not healthy' };
  const conditions = status === undefined ? [] : [condition];
  put({ annotations, finalizers: [serviceFinalizer] }, { status: { conditions } });
  expect(await run()).toBe(0);
  expect(said).toEqual([text]);
  expect(patches()).toEqual([]);
});

test.each([true, false])('What has adopted one CLB is not asked about another one; --yes: %s.', async (yes) => {
  const adopted = { ...asTkeLeavesIt, [annotation.managed]: 'true', [annotation.adopt]: 'lb-a1' };
  const conditions = [
    { type: serviceCondition, status: 'True', reason: 'LoadBalancerEnsured', message: 'all is well' },
  ];
  put({ annotations: adopted, finalizers: [serviceFinalizer] }, { status: { conditions } });
  await expect(run(yes, 'lb-b2')).rejects.toThrow('it has adopted lb-a1, and not lb-b2');
  expect([said, patches()]).toEqual([[], []]);
});

test('Another CLB is asked for by its id.', async () => {
  put();
  controllerAnswers(planned);
  await run(false, 'lb-b2');
  expect(said[0]).toBe('says AdoptionPlanned of plan lb-b2');
});

describe('Of a CLB that the Service names', () => {
  const named = { ...asTkeLeavesIt, [annotation.existingLoadBalancer]: 'lb-a1' };
  const advice = `If TKE made lb-a1 for it, write ${annotation.tkeMode}: "skip", and then remove`;

  test('it is said that it may be shared, and what to do if TKE made it: its annotation is on both.', async () => {
    put({ annotations: named });
    await expect(run(true)).rejects.toThrow(
      `it names lb-a1 in ${annotation.existingLoadBalancer}: what a Service names`,
    );
    await expect(run(true)).rejects.toThrow(advice);
    await expect(run(true)).rejects.not.toThrow('TKE made no CLB');
  });

  test.each([{ ...named, [annotation.loadBalancerId]: 'lb-b2' }, { [annotation.existingLoadBalancer]: 'lb-a1' }])(
    'no more is said where TKE does not use it: %j.',
    async (annotations) => {
      put({ annotations });
      await expect(run(true)).rejects.toThrow('may be shared, and is not adopted');
      await expect(run(true)).rejects.not.toThrow('If TKE made');
    },
  );
});

describe('Nothing is asked of the controller', () => {
  test.each([
    ['for another type', {}, { spec: { type: 'ClusterIP' } }, 'its type is ClusterIP'],
    ['for a class of others', {}, { spec: { type: 'LoadBalancer', loadBalancerClass: 'x/y' } }, 'x/y belongs to'],
    ['without a CLB', { annotations: {} }, {}, 'name it with --load-balancer'],
    ['for a CLB that the Service names', { annotations: { [annotation.existingLoadBalancer]: 'lb-c3' } }, {}, 'lb-c3'],
    ['while it is skipped', { annotations: { ...asTkeLeavesIt, [annotation.mode]: 'skip' } }, {}, annotation.mode],
    ['where clb-direct serves', { finalizers: [serviceFinalizer] }, {}, 'serves it already'],
  ])('%s.', async (_, metadata, rest, problem) => {
    put(metadata, rest);
    await expect(run(true)).rejects.toThrow(problem);
    expect(patches()).toEqual([]);
  });
});
