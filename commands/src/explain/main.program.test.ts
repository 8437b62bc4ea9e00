import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { join } from 'node:path';
import { pods } from '@clb-direct/shared/kube/client/paths.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { startProgram } from '@clb-direct/shared/testing/start-program.ts';

// Each test starts the program.
jest.setTimeout(60_000);
const script = join(import.meta.dirname, '../../../scripts/explain');

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await openFakeCluster();
});
afterEach(() => cluster.close());

const run = async (...args: readonly string[]) => startProgram(script, ...args).ended;

test('It explains a pod, and ends with 1 for one that is not there, with 2 for wrong usage.', async () => {
  cluster.server.create(pods('shop'), { metadata: { name: 'web-1', namespace: 'shop' } });
  const at = ['-n', 'shop', '--kubeconfig', cluster.server.kubeconfigPath];
  expect(await run('pod/web-1', ...at)).toMatchObject({
    code: 0,
    out: expect.stringContaining('Pod shop/web-1 (no address yet) is not Ready.') as unknown,
  });
  expect(await run('pod/web-2', ...at)).toMatchObject({ code: 1, err: expect.stringMatching(/^scripts\/explain: /) });
  expect(await run('deployment/web', ...at)).toMatchObject({ code: 2, err: expect.stringContaining('Only a pod') });
});

test('--help names every option.', async () => {
  const { code, out } = await run('--help');
  expect(code).toBe(0);
  for (const option of ['--namespace', '--kubeconfig', '--context', 'Exit codes']) expect(out).toContain(option);
});
