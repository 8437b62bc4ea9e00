import type { V1Service } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createOwnerWriter } from '@clb-direct/controller/kube/owner-writer.ts';
import { programName, serviceFinalizer, upstreamFinalizer } from '@clb-direct/shared/domain/names.ts';
import { connectKube } from '@clb-direct/shared/kube/client/connect-kube.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { service as servicePath } from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { get, kubeconfigPath } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { namespaceOf } from '../support/manifests.ts';
import { apply, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

// A Service that is not ours any more, here by its type, after UNMARKED_SERVICES=ours: the controller releases it.
const namespace = 'e2e-finalizer';
let api: KubeApi;

beforeAll(async () => {
  const log = createLogger({ program: 'e2e', level: 'error' });
  api = await connectKube({ kubeconfigPath: kubeconfigPath(), userAgent: programName.controller, log });
  await apply(namespaceOf(namespace));
});

afterAll(async () => {
  await kubectl([
    '-n',
    namespace,
    'patch',
    'service',
    'theirs',
    '--type=merge',
    '-p',
    '{"metadata":{"finalizers":null}}',
  ]);
  await deleteNamespaces(api, namespace);
  await api.close();
});

const now = async (name: string) => get<V1Service>(api, servicePath(namespace, name));
const finalizers = async (name: string) => (await now(name)).metadata?.finalizers ?? [];

async function create(name: string): Promise<void> {
  const spec = { selector: { app: name }, ports: [{ port: 80 }] };
  await apply({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec });
}

/** As the controller writes it: ours, and upstream's where nobody has put that there. */
async function serve(name: string): Promise<void> {
  const uid = (await now(name)).metadata?.uid ?? '';
  const owner = { kind: 'Service', namespace, name, uid, ending: false } as const;
  const upstream = { stands: false, isWanted: true, isOurs: false };
  const holder = { ...owner, upstreamFinalizer: upstream, shownInUse: undefined };
  const shown = { balancerIds: [], finalizer: true, inUse: undefined };
  await createOwnerWriter(api).show(holder, shown, AbortSignal.timeout(30_000));
}

test("Kubernetes' own finalizer goes with ours where we put it there, and stays where somebody else did.", async () => {
  await create('ours');
  await create('theirs');
  const patch = JSON.stringify({ metadata: { finalizers: [upstreamFinalizer] } });
  await kubectl(['-n', namespace, 'patch', 'service', 'theirs', '-p', patch]);
  await serve('ours');
  await serve('theirs');
  const isReleased = (all: readonly string[]) => !all.includes(serviceFinalizer);
  await until('a release', async () => finalizers('ours'), isReleased);
  await until('the other release', async () => finalizers('theirs'), isReleased);
  expect(await finalizers('ours')).toEqual([]);
  expect(await finalizers('theirs')).toEqual([upstreamFinalizer]);
});
