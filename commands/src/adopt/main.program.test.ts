import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { join } from 'node:path';
import { annotation, serviceCondition } from '@clb-direct/shared/domain/names.ts';
import { services } from '@clb-direct/shared/kube/client/paths.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { startProgram } from '@clb-direct/shared/testing/start-program.ts';

// Each test starts the program.
jest.setTimeout(60_000);
const script = join(import.meta.dirname, '../../../scripts/adopt');

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await openFakeCluster();
});
afterEach(() => cluster.close());

const run = async (...args: readonly string[]) => startProgram(script, ...args).ended;

test('A plan is shown whole, however many ports it has.', async () => {
  const message = `${'TCP/80: a listener is made; '.repeat(200)}the end`;
  const annotations = { [annotation.managed]: 'true', [annotation.adopt]: 'plan lb-a1' };
  const conditions = [{ type: serviceCondition, status: 'False', reason: 'AdoptionPlanned', message }];
  const object = { metadata: { name: 'web', annotations }, spec: { type: 'LoadBalancer' }, status: { conditions } };
  cluster.server.create(services('shop'), object);
  const { code, out } = await run('service/web', '-n', 'shop', '--kubeconfig', cluster.server.kubeconfigPath);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(message) });
});

test('--help names every option.', async () => {
  const { code, out } = await run('--help');
  expect(code).toBe(0);
  for (const option of ['--namespace', '--load-balancer', '--yes', '--kubeconfig', '--context', 'Exit codes'])
    expect(out).toContain(option);
});

test('A Service that is not there ends with 1, wrong usage with 2.', async () => {
  const at = ['--kubeconfig', cluster.server.kubeconfigPath];
  const { code, err } = await run('service/web', '-n', 'shop', ...at);
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringMatching(/^scripts\/adopt: .*404|NotFound/) });
  expect(await run('pod/web', ...at)).toMatchObject({ code: 2, err: expect.stringContaining('Only a Service') });
});
