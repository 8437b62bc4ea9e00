import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCa } from '@clb-direct/certs/issue-certificates.ts';
import { defaultPolicy } from '@clb-direct/certs/material.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { FakeRequest } from '@clb-direct/shared/testing/fake-api-server.ts';
import { startProgram } from '@clb-direct/shared/testing/start-program.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { secretUrl, startRotationWorld, type RotationWorld } from './testing/rotation-world.ts';

// Each test starts the program, some of them twice.
jest.setTimeout(60_000);
const patienceMs = 30_000;

const program = join(import.meta.dirname, 'main.ts');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rotate-certs-'));
});
afterAll(() => rm(folder, { recursive: true }));

let world: RotationWorld;
let leader: { stop(): Promise<void> } | undefined;
beforeEach(async () => {
  world = await startRotationWorld();
});
afterEach(async () => {
  await leader?.stop();
  leader = undefined;
  await world.close();
});

function start(...args: readonly string[]) {
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', program] as const;
  return startProgram(...node, ...args, '--kubeconfig', world.server.kubeconfigPath);
}

const run = (...args: readonly string[]) => start(...args).ended;
const isAsk = ({ query }: FakeRequest) => query.get('fieldManager') === 'clb-direct-rotate-certs';
const ours = () => world.server.requests.filter(isAsk);
const generation = () => world.annotations()[annotation.caGeneration];

describe('status', () => {
  test('shows that all is well, and nothing secret.', async () => {
    const { code, out } = await run('status');
    const json = await run('status', '--json');

    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/phase +stable[^]*problems +none/) });
    expect(JSON.parse(json.out)).toMatchObject({ phase: 'stable', problems: [], lease: { pod: 'webhook-a' } });
    for (const key of ['ca.key', 'tls.key']) {
      const pem = Buffer.from(world.data()[key] ?? '', 'base64').toString();
      expect(out + json.out).not.toContain(pem.split('\n')[2]);
    }
    expect(out + json.out).not.toContain('PRIVATE');
  });

  test('ends with 4 when something needs attention.', async () => {
    world.server.store.delete({
      collection: 'apis/coordination.k8s.io/v1/leases',
      namespace: 'clb-direct',
      name: 'clb-direct-webhook',
    });

    expect(await run('status')).toMatchObject({ code: 4, out: expect.stringContaining('holds the Lease') });
  });

  test('shows a holder of the Lease that is no replica, and the warnings of the webhook.', async () => {
    for (const name of ['webhook-a', 'webhook-b']) {
      world.server.store.delete({ collection: 'api/v1/pods', namespace: 'clb-direct', name });
    }
    const common = { type: 'Warning', lastTimestamp: new Date().toISOString(), message: 'filled again and again' };
    world.server.create('/api/v1/namespaces/clb-direct/events', {
      metadata: { name: 'one' },
      ...common,
      reason: 'SecretContested',
      involvedObject: { kind: 'Secret', name: 'certs' },
    });
    world.server.create('/api/v1/namespaces/clb-direct/events', {
      metadata: { name: 'two' },
      ...common,
      reason: 'Past',
    });
    const { code, out } = await run('status');

    expect(code).toBe(4);
    expect(out).toMatch(
      /problems +webhook-a holds the Lease and is no replica[^\n]*\n +Secret certs: filled again[^\n]*\n$/,
    );
  });

  test.each(['--json', undefined])('shows no text of others that a terminal would act on (%s).', async (flag) => {
    world.server.create('/api/v1/namespaces/clb-direct/events', {
      metadata: { name: 'one' },
      type: 'Warning',
      lastTimestamp: new Date().toISOString(),
      message: 'x\u009b2J\u202ey',
      reason: 'SecretContested',
      involvedObject: { kind: 'Secret', name: 'certs' },
    });
    const { out } = await run('status', ...(flag === undefined ? [] : [flag]));

    expect(out).toContain(String.raw`x\u009b2J\u202ey`);
  });

  test('names the permissions that are missing, and shows what it may read.', async () => {
    const isRegistration = ({ path }: FakeRequest) => path.includes('mutatingwebhook');
    world.server.fail({ matches: isRegistration, times: 1, answer: { status: 403 } });
    const partly = await run('status');
    world.server.fail({ matches: ({ path }) => path === secretUrl, answer: { status: 403 } });
    const not = await run('status');

    expect(partly).toMatchObject({ code: 0, out: expect.stringMatching(/not seen +what API servers trust: bind/) });
    expect(not).toMatchObject({ code: 1, err: expect.stringContaining('bind the Role clb-direct-rotate-certs') });
  });
});

describe('rotate', () => {
  test('renews the leaf, and does nothing for the same reason.', async () => {
    leader = world.work();
    const before = world.data();
    const first = await run('rotate', '--reason', 'TICKET-1');
    const after = world.data();
    const second = await run('rotate', '--reason', 'TICKET-1');

    expect(first).toMatchObject({ code: 0, out: expect.stringContaining('done: the new leaf is good until') });
    expect([after['tls.crt'] === before['tls.crt'], after['ca.crt'] === before['ca.crt']]).toEqual([false, true]);
    expect(world.annotations()).toMatchObject({ [annotation.lastRotationReason]: 'TICKET-1' });
    expect(second).toMatchObject({ code: 0, out: expect.stringContaining('nothing to do') });
    expect(world.data()).toEqual(after);
  });

  test('--ca ends when every replica serves under the new CA, and says when the old one ends.', async () => {
    leader = world.work();
    const ended = await run('rotate', '--ca');

    expect(ended.code).toBe(0);
    expect(ended.out).toMatch(/webhook-a published clb-direct-webhook-ca-2|webhook-a issued leaf/);
    expect(ended.out).toMatch(/ca-1-\w+ stays trusted until .*that ends by itself/);
    expect(ended.out).toMatch(/done: clb-direct-webhook-ca-2-\w+ signs/);
    expect(world.annotations()).toMatchObject({ [annotation.rotationPhase]: 'settling' });
  });

  test('--ca --wait stays until the old CA is dropped.', async () => {
    leader = world.work();

    expect(await run('rotate', '--ca', '--settle', '1s', '--wait')).toMatchObject({ code: 0 });
    expect(world.annotations()).toMatchObject({ [annotation.rotationPhase]: 'stable', [annotation.caGeneration]: '2' });
  });

  test('from two places at once is one rotation.', async () => {
    const both = [start('rotate', '--ca', '--reason', 'one'), start('rotate', '--ca', '--reason', 'two')];
    await until(() => both.some(({ said }) => said.out.includes('joining it')), patienceMs);
    leader = world.work();
    const ended = await Promise.all(both.map(({ ended }) => ended));

    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    expect(ended.filter(({ out }) => out.includes('joining it'))).toHaveLength(1);
    expect(generation()).toBe('2');
  });

  test('without a leader says so, stops watching in time and leaves the request.', async () => {
    world.server.store.delete({
      collection: 'apis/coordination.k8s.io/v1/leases',
      namespace: 'clb-direct',
      name: 'clb-direct-webhook',
    });
    const ended = await run('rotate', '--ca', '--timeout', '2s');

    expect(ended.code).toBe(3);
    expect(ended.out).toMatch(/no webhook replica holds the Lease[^]*asked for a new CA[^]*not finished within 2 s/);
    expect(world.annotations()[annotation.rotationRequest]).toContain('"kind":"ca"');
  });

  test('stopped by hand says that the webhook goes on.', async () => {
    const { child, ended } = start('rotate');
    await until(() => world.annotations()[annotation.rotationRequest] !== undefined, patienceMs);
    child.kill('SIGINT');

    expect(await ended).toMatchObject({
      code: 130,
      out: expect.stringContaining('stopped; the request stays in the Secret'),
    });
  });

  test('is asked for again after a lost race, and once.', async () => {
    leader = world.work();
    const conflict = { status: 409, headers: { 'content-type': 'application/json' }, body: '{"reason":"Conflict"}' };
    world.server.fail({ matches: isAsk, answer: conflict });

    expect(await run('rotate')).toMatchObject({ code: 0 });
    expect(ours()).toHaveLength(2);
  });

  test('an answer that was lost does not make a second rotation.', async () => {
    world.server.fail({ matches: isAsk, answer: 'reset', afterEffect: true });
    const { ended } = start('rotate', '--ca');
    await until(() => world.annotations()[annotation.rotationRequest] !== undefined, patienceMs);
    leader = world.work();

    expect(await ended).toMatchObject({ code: 0 });
    expect(generation()).toBe('2');
  });

  test('goes on when the API server is away for a while.', async () => {
    const { ended } = start('rotate', '--timeout', '30s');
    await until(() => world.annotations()[annotation.rotationRequest] !== undefined, patienceMs);
    world.server.fail({ matches: ({ method }) => method === 'GET', times: 3, answer: 'reset' });
    leader = world.work();

    expect(await ended).toMatchObject({ code: 0 });
  });

  test('a request that the webhook refuses is a failure with its problem.', async () => {
    const { ended } = start('rotate');
    await until(() => world.annotations()[annotation.rotationRequest] !== undefined, patienceMs);
    const { id } = JSON.parse(world.annotations()[annotation.rotationRequest] ?? '') as { id: string };
    const problem = JSON.stringify({ id, problem: 'not today' });
    const annotations = { [annotation.rotationRequest]: null, [annotation.requestProblem]: problem };
    const { signal } = new AbortController();
    await world.api.call({ method: 'PATCH', path: secretUrl, body: { metadata: { annotations } }, signal });

    expect(await ended).toMatchObject({ code: 1, out: expect.stringContaining('refused: not today') });
  });

  test('without the permission to patch names the Role.', async () => {
    world.server.fail({ matches: isAsk, answer: { status: 403 } });

    expect(await run('rotate')).toMatchObject({
      code: 1,
      err: expect.stringContaining('bind the Role clb-direct-rotate-certs'),
    });
  });

  test('--dry-run asks the API server whether it would be accepted, and changes nothing.', async () => {
    const before = world.server.store.version;
    const accepted = { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
    world.server.fail({ matches: ({ query }) => query.get('dryRun') === 'All', answer: accepted });
    const { code, out } = await run('rotate', '--ca', '--dry-run');

    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('nothing is changed') });
    expect(ours().map(({ query }) => query.get('dryRun'))).toEqual(['All']);
    expect(world.server.store.version).toBe(before);
  });

  test('ends with 2 when it is written wrongly.', async () => {
    expect(await run('rotate', '--settle', '3s')).toMatchObject({
      code: 2,
      err: expect.stringContaining('see --help'),
    });
  });
});

describe('import', () => {
  test('puts an imported CA in place of ours, once, and prints nothing of its key.', async () => {
    const ca = await issueCa({ generation: 77, nowMs: Date.now(), policy: defaultPolicy });
    await writeFile(join(folder, 'ca.pem'), ca.certificate + ca.key);
    leader = world.work();
    const args = ['import', '--ca-cert', join(folder, 'ca.pem'), '--ca-key', join(folder, 'ca.pem')];
    const first = await run(...args, '--settle', '1s', '--wait');
    const piped = start('import', '--ca-cert', '-', '--ca-key', '-');
    piped.child.stdin.end(ca.certificate + ca.key);
    const again = await piped.ended;

    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/done: clb-direct-webhook-ca-77-\w+ signs/) });
    expect(Buffer.from(world.data()['ca.crt'] ?? '', 'base64').toString()).toBe(ca.certificate);
    expect(world.annotations()).toMatchObject({ [annotation.caSource]: 'imported' });
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('is the current CA already') });
    expect(first.out + again.out).not.toContain(ca.key.split('\n')[2]);
  });

  test('of something that is no CA asks for nothing.', async () => {
    const args = ['--ca-cert', import.meta.filename, '--ca-key', import.meta.filename];

    expect(await run('import', ...args)).toMatchObject({
      code: 1,
      err: expect.stringContaining('no certificate in PEM'),
    });
    expect(ours()).toHaveLength(0);
  });
});
