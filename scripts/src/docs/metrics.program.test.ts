import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { freePort } from '@clb-direct/shared/testing/free-port.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { quotedIn, readTable } from './read-table.ts';

jest.setTimeout(60_000);
const root = resolve(import.meta.dirname, '../../..');
const prefix = 'clb_direct_';

/** Names of metrics without the prefix, each with the names of its labels. */
type Metrics = ReadonlyMap<string, readonly string[]>;

function documented(program: 'controller' | 'webhook'): Metrics {
  const rows = readTable('operations.md', '## Metrics');
  const own = rows.filter(([, column]) => column === program || column === 'both');
  return new Map(own.flatMap(([names = '']) => quotedIn(names)).map(metricOf));
}

function namesOf(metrics: Metrics): readonly string[] {
  return [...metrics.keys()].sort();
}

function metricOf(text: string): [string, readonly string[]] {
  const [, name = '', labels = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(text) ?? [];
  return [name, labels.split(',').filter((label) => label !== '')];
}

/** By the HELP lines, which stand there without samples too; labels are known only where there are samples. */
function exported(text: string): Metrics {
  const names = [...text.matchAll(/^# HELP (\w+)/gm)].map(([, name = '']) => name);
  const ours = names.filter((name) => name.startsWith(prefix));
  return new Map(ours.map((name) => [name.slice(prefix.length), labelsOf(name, text)]));
}

function labelsOf(name: string, text: string): readonly string[] {
  const samples = [...text.matchAll(new RegExp(`^${name}(?:_count|_sum|_bucket)?\\{(.*)\\}`, 'gm'))];
  const labels = samples.flatMap(([, pairs = '']) => [...pairs.matchAll(/(\w+)="/g)].map(([, label = '']) => label));
  return [...new Set(labels)].filter((label) => label !== 'le');
}

describe.each(['controller', 'webhook'] as const)('The metrics of the %s', (program) => {
  let cluster: FakeCluster;
  let child: ChildProcess;
  let metrics: Metrics;

  beforeAll(async () => {
    cluster = await openFakeCluster();
    const port = await freePort();
    const env = {
      KUBECONFIG: cluster.server.kubeconfigPath,
      CLUSTER_ID: 'cls-a1b2c3d4',
      REGION: 'ap-guangzhou',
      VPC_ID: 'vpc-a1b2c3d4',
      POD_NAMESPACE: 'clb-direct',
      POD_NAME: 'a-process',
      OPS_HOST: '127.0.0.1',
      OPS_PORT: String(port),
      WEBHOOK_PORT: '0',
      // What only some installs have is documented too.
      DRAIN_BEFORE_DELETE: 'all',
      PRE_STOP_SLEEP: 'all',
      DRAIN_MS: '0',
    };
    const node = ['--disable-warning=ExperimentalWarning', join(root, program, 'src/main.ts')];
    child = spawn(process.execPath, node, { env, stdio: 'ignore' });
    const read = async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
      metrics = exported((await answer?.text()) ?? '');
      return metrics;
    };
    // Some metrics come with the work of a leader. What is still missing then fails the test.
    const wanted = documented(program);
    await until(async () => namesOf(await read()).join() === namesOf(wanted).join(), 45_000).catch(() => undefined);
  });

  afterAll(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    await cluster.close();
  });

  test('are those that docs/operations.md names.', () => {
    expect(namesOf(metrics)).toEqual(namesOf(documented(program)));
  });

  test('have the labels that docs/operations.md names.', () => {
    const wanted = documented(program);
    const known = [...metrics].filter(([, labels]) => labels.length > 0);
    const spelled = (labels: readonly string[] | undefined) => labels?.toSorted();
    expect(known.map(([name, labels]) => [name, spelled(labels)])).toEqual(
      known.map(([name]) => [name, spelled(wanted.get(name))]),
    );
    expect(known.length).toBeGreaterThan(3);
  });
});
