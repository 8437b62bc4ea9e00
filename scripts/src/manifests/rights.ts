import { readFolder, type KubeObject } from './read-manifests.ts';

/** One verb that a role grants. */
export interface Right {
  /** undefined: in all namespaces, and for what has none. */
  readonly namespace: string | undefined;
  readonly group: string;
  /** With its subresource: "pods/status". */
  readonly resource: string;
  /** undefined: whatever its name is. */
  readonly name: string | undefined;
  readonly verb: string;
}

/** A request, as the API server's audit log has it. */
export interface AuditedRequest {
  readonly verb: string;
  readonly user?: { readonly username?: string };
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
}

interface Role extends KubeObject {
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

/** Of the local install: the base, and the components that it lists. */
const folders = ['base', 'components/drain-before-delete', 'components/pre-stop-sleep'];

/** What the local install grants to a program, verb by verb; what two roles grant alike is there once. */
export function grantedRights(program: string): readonly Right[] {
  const objects = folders.flatMap((folder) => readFolder(folder));
  const roles = objects.filter((object): object is Role => /^(Cluster)?Role$/.test(object.kind));
  const own = roles.filter(({ metadata }) =>
    [program, `${program}-drain`, `${program}-pre-stop`].includes(metadata.name),
  );
  const rights = own.flatMap(({ metadata, rules }) =>
    rules.flatMap(({ apiGroups, resources, resourceNames, verbs }) =>
      combine(apiGroups, resources, resourceNames ?? [undefined], verbs).map(([group, resource, name, verb]) => ({
        namespace: metadata.namespace,
        group,
        resource,
        name,
        verb,
      })),
    ),
  );
  return [...new Map(rights.map((right) => [describeRight(right), right])).values()];
}

function combine<N>(
  groups: readonly string[],
  resources: readonly string[],
  names: readonly N[],
  verbs: readonly string[],
) {
  return groups.flatMap((group) =>
    resources.flatMap((resource) =>
      names.flatMap((name) => verbs.map((verb): [string, string, N, string] => [group, resource, name, verb])),
    ),
  );
}

/** Such as "patch pods/status" or "get secrets one in clb-direct". */
export function describeRight({ namespace, group, resource, name, verb }: Right): string {
  const what = group === '' ? resource : `${resource}.${group}`;
  return [verb, what, name, namespace && `in ${namespace}`].filter((part) => part !== undefined).join(' ');
}

/** Whether a request needed this right. One that was forbidden did not use it. */
export function isUse(right: Right, request: AuditedRequest): boolean {
  const { apiGroup = '', resource = '', subresource, namespace, name } = request.objectRef ?? {};
  return (
    isVerbOf(request, right.verb) &&
    right.group === apiGroup &&
    right.resource === [resource, subresource].filter((part) => part !== undefined).join('/') &&
    [undefined, namespace].includes(right.namespace) &&
    [undefined, name].includes(right.name)
  );
}

/** A server-side apply that makes the object needs `create` too. */
function isVerbOf({ verb, responseStatus }: AuditedRequest, wanted: string): boolean {
  const code = responseStatus?.code;
  if (code === 401 || code === 403) return false;
  return verb === wanted || (wanted === 'create' && verb === 'patch' && code === 201);
}

/** What a right of this kind covers; for the comparison with what the API server allows. */
export function covers(right: Right, asked: Omit<Right, 'name'> & { readonly name: string }): boolean {
  return (
    right.verb === asked.verb &&
    right.group === asked.group &&
    right.resource === asked.resource &&
    [undefined, asked.namespace].includes(right.namespace) &&
    [undefined, asked.name].includes(right.name)
  );
}
