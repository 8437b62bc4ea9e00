import { expect, test } from '@jest/globals';
import type { Cluster } from '@clb-direct/cluster/cluster.ts';
import { install } from './install.ts';

const digests = new Map([
  ['controller', 'sha256:c1'],
  ['webhook', 'sha256:w1'],
] as const);

/** A cluster whose Deployments have the given digests; gives the commands that changed it. */
async function installOnto(existing: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const changes: string[] = [];
  const kubectl: Cluster['kubectl'] = async (args) => {
    const name = (args[3] ?? '').replace('deployment/', '');
    if (args[2] !== 'get') changes.push(args.join(' ').replace('-n clb-direct ', ''));
    const digest = args[2] === 'get' ? existing[name] : undefined;
    return Promise.resolve({ stdout: digest === undefined ? '' : `${name}=${digest}`, stderr: '' });
  };
  await install({ kubectl }, digests, { root: '/r', say: () => undefined, signal: new AbortController().signal });
  return changes.filter((change) => /restart|annotate/.test(change));
}

test('A first install notes the digests and restarts nothing.', async () => {
  expect(await installOnto({})).toEqual([
    'annotate --overwrite deployment/clb-direct-webhook clb-direct.io/image-digest=sha256:w1',
    'annotate --overwrite deployment/clb-direct-controller clb-direct.io/image-digest=sha256:c1',
  ]);
});

test('A second install of the same images changes nothing.', async () => {
  const same = { 'clb-direct-webhook': 'sha256:w1', 'clb-direct-controller': 'sha256:c1' };
  expect(await installOnto(same)).toEqual([]);
});

test.each(['sha256:old', ''])('A program installed with the digest %j is restarted, then noted.', async (digest) => {
  expect(await installOnto({ 'clb-direct-webhook': 'sha256:w1', 'clb-direct-controller': digest })).toEqual([
    'rollout restart deployment/clb-direct-controller',
    'annotate --overwrite deployment/clb-direct-controller clb-direct.io/image-digest=sha256:c1',
  ]);
});
