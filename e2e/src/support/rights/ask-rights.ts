import type { V1APIGroupList, V1APIResourceList, V1SubjectAccessReview } from '@kubernetes/client-node';
import type { Right } from '@clb-direct/scripts/manifests/rights.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { installNamespace } from '../admissions/webhook-pods.ts';
import { get } from '../cluster.ts';

/** One question about a right: about a name that nobody uses, in one namespace, or without one in all. */
export interface Question extends Right {
  readonly name: string;
}

export function userOf(program: string): string {
  return `system:serviceaccount:${installNamespace}:${program}`;
}

/** Asks the API server what it would let a ServiceAccount do. */
export async function isAllowed(api: KubeApi, program: string, asked: Question): Promise<boolean> {
  const { resource: full, namespace, group, name, verb } = asked;
  const [resource, subresource] = full.split('/');
  const resourceAttributes = { verb, group, resource, subresource, namespace, name };
  const groups = ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${installNamespace}`];
  const review = await api.call<V1SubjectAccessReview>({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    body: { spec: { user: userOf(program), groups, resourceAttributes } },
    signal: AbortSignal.timeout(30_000),
  });
  return review.status?.allowed === true;
}

/** Verbs that the API server checks and does not list. */
const unlisted = ['impersonate', 'bind', 'escalate', 'approve', 'sign', 'use'];

/** Every resource and verb of this API server, in each of the namespaces where it has them. */
export async function everyQuestion(api: KubeApi, namespaces: readonly string[]): Promise<readonly Question[]> {
  const { groups } = await get<V1APIGroupList>(api, '/apis');
  const versions = groups.map((group) => group.preferredVersion?.groupVersion ?? '');
  const lists = await Promise.all(['/api/v1', ...versions.map((it) => `/apis/${it}`)].map((path) => listAt(api, path)));
  return lists.flatMap(({ groupVersion, resources }) => {
    const group = groupVersion.includes('/') ? (groupVersion.split('/')[0] ?? '') : '';
    return resources.flatMap(({ name: resource, namespaced, verbs }) =>
      (namespaced ? [undefined, ...namespaces] : [undefined]).flatMap((namespace) =>
        [...new Set([...verbs, ...unlisted])].map((verb) => ({ verb, group, resource, namespace, name: 'another' })),
      ),
    );
  });
}

async function listAt(api: KubeApi, path: string): Promise<V1APIResourceList> {
  return get<V1APIResourceList>(api, path);
}
