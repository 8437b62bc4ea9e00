import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { covers, describeRight, grantedRights } from '@clb-direct/scripts/manifests/rights.ts';
import { programName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { installNamespace } from '../support/admissions/webhook-pods.ts';
import { connect } from '../support/cluster.ts';
import { everyQuestion, isAllowed, userOf, type Question } from '../support/rights/ask-rights.ts';
import { kubectl } from '../support/run.ts';

/** What the API server lets the installed ServiceAccounts do, for docs/security.md. */
const { controller, webhook } = programName;
const programs = [controller, webhook];
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
});

afterAll(async () => api.close());

/** What Kubernetes grants to everybody who is authenticated: questions about themselves. */
const aboutThemselves = /^create self\w+\.(authorization|authentication)\.k8s\.io/;

/** The questions whose answer is not the wanted one, a few at a time. */
async function misjudged(program: string, questions: readonly Question[], wanted: (asked: Question) => boolean) {
  const wrong: string[] = [];
  const open = [...questions];
  const work = async () => {
    for (let asked = open.pop(); asked !== undefined; asked = open.pop()) {
      if ((await isAllowed(api, program, asked)) !== wanted(asked)) wrong.push(describeRight(asked));
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return wrong.toSorted();
}

test.each(programs)(
  'Of all that this API server has, %s may do what the manifests grant and no more.',
  async (program) => {
    const questions = await everyQuestion(api, [installNamespace, 'kube-system', 'default']);
    const granted = grantedRights(program);
    const isGranted = (asked: Question) =>
      aboutThemselves.test(describeRight(asked)) || granted.some((right) => covers(right, asked));
    expect(questions.length).toBeGreaterThan(1_000);
    expect(await misjudged(program, questions, isGranted)).toEqual([]);
  },
);

test.each(programs)('%s may do what the manifests grant, by name.', async (program) => {
  const granted = grantedRights(program).map((right) => ({ ...right, name: right.name ?? 'another' }));
  expect(await misjudged(program, granted, () => true)).toEqual([]);
});

/** Real requests, each with its command line; nothing is changed if one should pass after all. */
describe.each([
  [
    controller,
    [
      'get secret one -n default',
      `get secret clb-direct-credentials -n ${installNamespace}`,
      `get secret clb-direct-webhook-certs -n ${installNamespace}`,
      'get secrets -A',
      'run pod-1 --image=any -n default --dry-run=server',
      'delete pod another -n default --dry-run=server',
      'create service clusterip one --tcp=80 -n default --dry-run=server',
      'delete service kubernetes -n default --dry-run=server',
      'create configmap one -n default --dry-run=server',
      'delete configmap another -n kube-system --dry-run=server',
      'get node another',
      'cordon node1 --dry-run=server',
      'delete node another --dry-run=server',
      'create token default -n default',
      `create token clb-direct-webhook -n ${installNamespace}`,
      `scale deployment clb-direct-webhook -n ${installNamespace} --replicas=2 --dry-run=server`,
      'delete mutatingwebhookconfiguration clb-direct-pod-gate --dry-run=server',
      'create clusterrolebinding one --clusterrole=cluster-admin --user=one --dry-run=server',
    ],
  ],
  [
    webhook,
    [
      'get secret one -n default',
      `get secret clb-direct-credentials -n ${installNamespace}`,
      `get secrets -n ${installNamespace}`,
      'delete pod another -n default --dry-run=server',
      `run pod-1 --image=any -n ${installNamespace} --dry-run=server`,
      'get services -n default',
      `delete service another -n ${installNamespace} --dry-run=server`,
      `get configmaps -n ${installNamespace}`,
      'delete mutatingwebhookconfiguration another --dry-run=server',
      'get validatingwebhookconfigurations',
      'get nodes',
      'create token default -n default',
      'create clusterrolebinding one --clusterrole=cluster-admin --user=one --dry-run=server',
    ],
  ],
])('Impersonated, %s is refused', (program, commands) => {
  test.each(commands)('kubectl %s.', async (command) => {
    const user = userOf(program);
    await expect(kubectl([...command.split(' '), `--as=${user}`])).rejects.toThrow(
      `is forbidden: User "${user}" cannot`,
    );
  });
});

test('Impersonated, they may make requests that are granted, so that the refusals are no accident.', async () => {
  await expect(kubectl(['get', 'pods', '-A', `--as=${userOf(controller)}`])).resolves.toContain(webhook);
  const own = ['get', 'secret', 'clb-direct-webhook-certs', '-n', installNamespace, '-o', 'name'];
  await expect(kubectl([...own, `--as=${userOf(webhook)}`])).resolves.toContain('clb-direct-webhook-certs');
});

test.each(programs)('%s cannot give itself more through the role for its uninstall.', async (program) => {
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: `${program}-uninstall` },
    rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['list'] }],
  };
  const how = ['apply', '--server-side', '--force-conflicts', '-f', '-', `--as=${userOf(program)}`];
  await expect(kubectl(how, JSON.stringify(role))).rejects.toThrow('attempting to grant RBAC permissions');
});
