import { addresses } from '../../addresses.ts';
import { pauseImage } from '../../images/pause.ts';

const namespace = 'kube-system';
const labels = { 'k8s-app': 'kube-dns' };
/** A port that needs no privilege. */
const port = 5353;

/** An object, and where the API server has it. */
export interface Placed {
  path: string;
  object: object;
}

/** CoreDNS as kubeadm installs it, in the order of creation. */
export function corednsObjects(binary: string): Placed[] {
  return [
    placed('/api/v1', 'ServiceAccount', 'coredns', {}),
    placed('/api/v1', 'ConfigMap', 'coredns', { data: { Corefile: corefile } }),
    ...roles(),
    placed('/apis/apps/v1', 'Deployment', 'coredns', { spec: deployment(binary) }),
    placed('/api/v1', 'Service', 'kube-dns', { metadata: { name: 'kube-dns', namespace, labels }, spec: service() }),
  ];
}

function placed(api: string, kind: string, name: string, rest: object): Placed {
  const apiVersion = api.replace(/^\/apis?\//, '');
  const object = { apiVersion, kind, metadata: { name, namespace }, ...rest };
  return { path: `${api}/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`, object };
}

// Nothing leaves the machine, so names outside the cluster do not exist.
const corefile = `.:${port} {
    errors
    ready
    loadbalance
    kubernetes ${addresses.domain} in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
    }
    template ANY ANY {
        rcode NXDOMAIN
    }
}
`;

function roles(): Placed[] {
  const [group, name] = ['rbac.authorization.k8s.io', 'system:coredns'];
  const verbs = ['list', 'watch'];
  const role = (kind: string, rest: object) => ({
    path: `/apis/${group}/v1/${kind.toLowerCase()}s/${name}`,
    object: { apiVersion: `${group}/v1`, kind, metadata: { name }, ...rest },
  });
  const rules = [
    { apiGroups: [''], resources: ['services', 'namespaces'], verbs },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs },
  ];
  return [
    role('ClusterRole', { rules }),
    role('ClusterRoleBinding', {
      roleRef: { apiGroup: group, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name: 'coredns', namespace }],
    }),
  ];
}

function deployment(binary: string) {
  return { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec(binary) } };
}

// The program comes from the machine's cache: an image of its 50 MB would cost each start of a cluster two seconds.
function podSpec(binary: string) {
  const container = {
    name: 'coredns',
    image: pauseImage,
    command: ['/coredns', '-conf', '/etc/coredns/Corefile'],
    ports: ['UDP', 'TCP'].map((protocol) => ({ name: `dns-${protocol.toLowerCase()}`, containerPort: port, protocol })),
    readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
    securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    volumeMounts: [
      { name: 'program', mountPath: '/coredns', readOnly: true },
      { name: 'config', mountPath: '/etc/coredns', readOnly: true },
    ],
  };
  return {
    serviceAccountName: 'coredns',
    priorityClassName: 'system-cluster-critical',
    dnsPolicy: 'Default',
    containers: [container],
    volumes: [
      { name: 'program', hostPath: { path: binary, type: 'File' } },
      { name: 'config', configMap: { name: 'coredns' } },
    ],
  };
}

function service() {
  const ports = ['UDP', 'TCP'].map((protocol) => {
    const name = `dns-${protocol.toLowerCase()}`;
    return { name, port: 53, protocol, targetPort: name };
  });
  return { clusterIP: addresses.dnsService, selector: labels, ports };
}
