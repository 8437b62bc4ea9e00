/** Paths of the API server's resources. A collection without a namespace spans all namespaces. */

const core = '/api/v1';
const admission = '/apis/admissionregistration.k8s.io/v1';

function collection(root: string, resource: string, namespace: string | undefined): string {
  return namespace === undefined
    ? `${root}/${resource}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
}

function item(collectionPath: string, name: string): string {
  return `${collectionPath}/${encodeURIComponent(name)}`;
}

export const namespaces = (): string => `${core}/namespaces`;
export const namespace = (name: string): string => item(namespaces(), name);

export const pods = (namespace?: string): string => collection(core, 'pods', namespace);
export const pod = (namespace: string, name: string): string => item(pods(namespace), name);
export const podStatus = (namespace: string, name: string): string => `${pod(namespace, name)}/status`;

export const nodes = (): string => `${core}/nodes`;

export const services = (namespace?: string): string => collection(core, 'services', namespace);
export const service = (namespace: string, name: string): string => item(services(namespace), name);
export const serviceStatus = (namespace: string, name: string): string => `${service(namespace, name)}/status`;

export const configMaps = (namespace?: string): string => collection(core, 'configmaps', namespace);
export const configMap = (namespace: string, name: string): string => item(configMaps(namespace), name);

export const serviceAccounts = (namespace?: string): string => collection(core, 'serviceaccounts', namespace);
export const serviceAccount = (namespace: string, name: string): string => item(serviceAccounts(namespace), name);

export const secrets = (namespace?: string): string => collection(core, 'secrets', namespace);
export const secret = (namespace: string, name: string): string => item(secrets(namespace), name);

export const events = (namespace?: string): string => collection(core, 'events', namespace);
export const event = (namespace: string, name: string): string => item(events(namespace), name);

export const leases = (namespace?: string): string => collection('/apis/coordination.k8s.io/v1', 'leases', namespace);
export const lease = (namespace: string, name: string): string => item(leases(namespace), name);

const networking = '/apis/networking.k8s.io/v1';
export const ingresses = (namespace?: string): string => collection(networking, 'ingresses', namespace);
export const ingress = (namespace: string, name: string): string => item(ingresses(namespace), name);
export const ingressStatus = (namespace: string, name: string): string => `${ingress(namespace, name)}/status`;
export const ingressClasses = (): string => `${networking}/ingressclasses`;
export const ingressClass = (name: string): string => item(ingressClasses(), name);

export const tkeServiceConfigs = (namespace?: string): string =>
  collection('/apis/cloud.tencent.com/v1alpha1', 'tkeserviceconfigs', namespace);
export const tkeServiceConfig = (namespace: string, name: string): string => item(tkeServiceConfigs(namespace), name);

export const mutatingWebhookConfigurations = (): string => `${admission}/mutatingwebhookconfigurations`;
export const mutatingWebhookConfiguration = (name: string): string => item(mutatingWebhookConfigurations(), name);

/** Kubernetes 1.30 and later. */
export const admissionPolicies = (): string => `${admission}/validatingadmissionpolicies`;
export const admissionPolicy = (name: string): string => item(admissionPolicies(), name);
export const admissionPolicyBindings = (): string => `${admission}/validatingadmissionpolicybindings`;
export const admissionPolicyBinding = (name: string): string => item(admissionPolicyBindings(), name);

export const deployments = (namespace?: string): string => collection('/apis/apps/v1', 'deployments', namespace);
export const deployment = (namespace: string, name: string): string => item(deployments(namespace), name);

export const endpointSlices = (namespace?: string): string =>
  collection('/apis/discovery.k8s.io/v1', 'endpointslices', namespace);
export const endpointSlice = (namespace: string, name: string): string => item(endpointSlices(namespace), name);

const rbac = '/apis/rbac.authorization.k8s.io/v1';
export const clusterRoles = (): string => `${rbac}/clusterroles`;
export const clusterRole = (name: string): string => item(clusterRoles(), name);
export const clusterRoleBindings = (): string => `${rbac}/clusterrolebindings`;
export const clusterRoleBinding = (name: string): string => item(clusterRoleBindings(), name);
export const roles = (namespace?: string): string => collection(rbac, 'roles', namespace);
export const role = (namespace: string, name: string): string => item(roles(namespace), name);
export const roleBindings = (namespace?: string): string => collection(rbac, 'rolebindings', namespace);
export const roleBinding = (namespace: string, name: string): string => item(roleBindings(namespace), name);

export const podDisruptionBudgets = (namespace?: string): string =>
  collection('/apis/policy/v1', 'poddisruptionbudgets', namespace);
