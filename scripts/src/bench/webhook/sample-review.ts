/** The review of a pod of a Deployment on ENI, as the API server sends it: about 7 kB, as such reviews are. */
export function sampleReview(): string {
  const resource = { group: '', version: 'v1', resource: 'pods' };
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  return JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: '7f0b2f6e-3c1d-4f0e-9f0a-5d7b1c9e2a34',
      kind,
      resource,
      requestKind: kind,
      requestResource: resource,
      namespace: 'shop',
      operation: 'CREATE',
      userInfo: replicaSetController,
      object: { kind: 'Pod', apiVersion: 'v1', metadata, spec, status: {} },
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  });
}

const replicaSetController = {
  username: 'system:serviceaccount:kube-system:replicaset-controller',
  uid: '0c9c1f2e-6a0e-4d0f-8a53-5f2b8f0a1d11',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
  extra: { 'authentication.kubernetes.io/credential-id': ['JTI=2f1d6a0e-9f5b-4c0e-8d1b-3a7e5c9b2f10'] },
};

const labels = {
  app: 'checkout',
  'app.kubernetes.io/name': 'checkout',
  'app.kubernetes.io/instance': 'checkout-production',
  'app.kubernetes.io/version': '4.18.2',
  'app.kubernetes.io/component': 'backend',
  'app.kubernetes.io/part-of': 'shop',
  'app.kubernetes.io/managed-by': 'Helm',
  'pod-template-hash': '6d4cf56db6',
};

/** The fields that managedFields names, by the writer who set them. */
const fieldsSet = {
  'f:metadata': {
    'f:annotations': { '.': {}, 'f:prometheus.io/port': {}, 'f:prometheus.io/scrape': {}, 'f:checksum/config': {} },
    'f:generateName': {},
    'f:labels': Object.fromEntries(['.', ...Object.keys(labels).map((name) => `f:${name}`)].map((name) => [name, {}])),
    'f:ownerReferences': { '.': {}, 'k:{"uid":"5b0e1a6c-8a1b-4c43-9d55-2f6f0f1e7b21"}': {} },
  },
  'f:spec': {
    'f:containers': {
      'k:{"name":"checkout"}': {
        '.': {},
        'f:env': { '.': {}, 'k:{"name":"DATABASE_URL"}': { '.': {}, 'f:name': {}, 'f:valueFrom': {} } },
        'f:image': {},
        'f:imagePullPolicy': {},
        'f:livenessProbe': { '.': {}, 'f:httpGet': { '.': {}, 'f:path': {}, 'f:port': {}, 'f:scheme': {} } },
        'f:name': {},
        'f:ports': { '.': {}, 'k:{"containerPort":8080,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
        'f:resources': { '.': {}, 'f:limits': { '.': {}, 'f:cpu': {}, 'f:memory': {} }, 'f:requests': {} },
        'f:volumeMounts': { '.': {}, 'k:{"mountPath":"/etc/checkout"}': { '.': {}, 'f:mountPath': {}, 'f:name': {} } },
      },
    },
    'f:dnsPolicy': {},
    'f:restartPolicy': {},
    'f:schedulerName': {},
    'f:securityContext': {},
    'f:terminationGracePeriodSeconds': {},
    'f:volumes': { '.': {}, 'k:{"name":"config"}': { '.': {}, 'f:configMap': {}, 'f:name': {} } },
  },
};

const metadata = {
  generateName: 'checkout-6d4cf56db6-',
  namespace: 'shop',
  creationTimestamp: null,
  labels,
  annotations: {
    'checksum/config': '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'prometheus.io/port': '9102',
    'prometheus.io/scrape': 'true',
    'tke.cloud.tencent.com/networks': 'tke-route-eni',
  },
  ownerReferences: [
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      name: 'checkout-6d4cf56db6',
      uid: '5b0e1a6c-8a1b-4c43-9d55-2f6f0f1e7b21',
      controller: true,
      blockOwnerDeletion: true,
    },
  ],
  managedFields: [
    {
      manager: 'kube-controller-manager',
      operation: 'Update',
      apiVersion: 'v1',
      time: '2026-03-02T09:14:07Z',
      fieldsType: 'FieldsV1',
      fieldsV1: fieldsSet,
    },
  ],
};

const fromSecret = (name: string, key: string) => ({ name, valueFrom: { secretKeyRef: { name: 'checkout', key } } });
const fromField = (name: string, fieldPath: string) => ({
  name,
  valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } },
});
const probe = (path: string, periodSeconds: number) => ({
  httpGet: { path, port: 8080, scheme: 'HTTP' },
  timeoutSeconds: 2,
  periodSeconds,
  successThreshold: 1,
  failureThreshold: 3,
});
const serviceAccountMount = {
  name: 'kube-api-access-x7k2p',
  readOnly: true,
  mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
};
const eniIp = { 'tke.cloud.tencent.com/eni-ip': '1' };
const securityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};
const everyContainer = {
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'IfNotPresent',
  securityContext,
};

const checkout = {
  name: 'checkout',
  image: 'registry.example.com/shop/checkout:4.18.2',
  command: ['/app/checkout'],
  args: ['--listen=:8080', '--config=/etc/checkout/config.yaml', '--log-format=json'],
  ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
  env: [
    fromSecret('DATABASE_URL', 'database-url'),
    fromSecret('PAYMENT_TOKEN', 'payment-token'),
    fromField('POD_NAME', 'metadata.name'),
    fromField('POD_IP', 'status.podIP'),
    { name: 'CACHE_ADDRESS', value: 'redis-master.shop.svc.cluster.local:6379' },
    { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://collector.observability.svc.cluster.local:4317' },
    { name: 'FEATURES', value: 'express-pay,split-orders,gift-cards' },
  ],
  resources: {
    limits: { cpu: '2', memory: '1Gi', ...eniIp },
    requests: { cpu: '500m', memory: '512Mi', ...eniIp },
  },
  volumeMounts: [{ name: 'config', readOnly: true, mountPath: '/etc/checkout' }, serviceAccountMount],
  livenessProbe: probe('/healthz', 10),
  readinessProbe: probe('/ready', 5),
  lifecycle: { preStop: { exec: { command: ['/bin/sleep', '5'] } } },
  ...everyContainer,
};

const exporter = {
  name: 'exporter',
  image: 'registry.example.com/observability/exporter:1.9.0',
  args: ['--target=http://127.0.0.1:8080/metrics', '--web.listen-address=:9102'],
  ports: [{ name: 'metrics', containerPort: 9102, protocol: 'TCP' }],
  resources: { limits: { cpu: '100m', memory: '64Mi' }, requests: { cpu: '10m', memory: '32Mi' } },
  volumeMounts: [serviceAccountMount],
  ...everyContainer,
};

const tolerationOf = (key: string) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 });
const spec = {
  volumes: [
    { name: 'config', configMap: { name: 'checkout', defaultMode: 420 } },
    {
      name: 'kube-api-access-x7k2p',
      projected: {
        sources: [
          { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          {
            downwardAPI: {
              items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
            },
          },
        ],
        defaultMode: 420,
      },
    },
  ],
  containers: [checkout, exporter],
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 45,
  dnsPolicy: 'ClusterFirst',
  serviceAccountName: 'checkout',
  serviceAccount: 'checkout',
  securityContext: { runAsUser: 10001, runAsNonRoot: true, fsGroup: 10001, seccompProfile: { type: 'RuntimeDefault' } },
  imagePullSecrets: [{ name: 'registry' }],
  affinity: {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: {
            labelSelector: { matchLabels: { app: 'checkout' } },
            topologyKey: 'topology.kubernetes.io/zone',
          },
        },
      ],
    },
  },
  schedulerName: 'default-scheduler',
  tolerations: [tolerationOf('node.kubernetes.io/not-ready'), tolerationOf('node.kubernetes.io/unreachable')],
  priority: 0,
  enableServiceLinks: true,
  preemptionPolicy: 'PreemptLowerPriority',
};
