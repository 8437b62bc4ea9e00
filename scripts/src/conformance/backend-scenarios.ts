import { asks, backend, exact, prefix, rule, scenario } from './scenario.ts';

const bucket = { resource: { apiGroup: 'storage.example.com', kind: 'Bucket', name: 'icons' } };

/** Kubernetes documentation, Ingress, "Resource backends" and "Simple fanout", and the API of Ingress v1. */
export const backendScenarios = [
  scenario('A backend is found by the number and by the name of its port.', (host) => ({
    ingresses: [{ rules: [rule(host, exact('/a', backend('leaf', 80)), exact('/b', backend('leaf', 'web')))] }],
    requests: asks(host, { '/a': 'leaf', '/b': 'leaf' }),
  })),
  scenario('Services of type ClusterIP, NodePort and without an IP all serve.', (host) => ({
    ingresses: [
      { rules: [rule(host, exact('/c', 'leaf'), exact('/n', 'tree-node-port'), exact('/h', 'rest-headless'))] },
    ],
    requests: asks(host, { '/c': 'leaf', '/n': 'tree', '/h': 'rest' }),
  })),
  scenario('Each pod of a Service gets requests.', (host) => ({
    ingresses: [{ rules: [rule(host, prefix('/', 'rest'))] }],
    requests: [{ host, path: '/', expects: 'rest', reachesAll: true }],
  })),
  scenario('An Ingress of another class gets no address, and no request reaches its backends.', (host) => ({
    ingresses: [{ ingressClassName: 'another', rules: [rule(host, prefix('/', 'leaf'))] }],
    requests: asks(host, { '/': 404 }),
  })),
  scenario('A Service that is missing is answered with an error, and the other paths are served.', (host) => ({
    ingresses: [{ rules: [rule(host, prefix('/', 'leaf'), prefix('/gone', 'missing'))] }],
    requests: asks(host, { '/': 'leaf', '/gone': 503, '/gone/x': 503 }),
  })),
  scenario('A port that is missing is answered with an error, and the other paths are served.', (host) => ({
    ingresses: [{ rules: [rule(host, prefix('/', 'leaf'), exact('/gone', backend('leaf', 81)))] }],
    requests: asks(host, { '/': 'leaf', '/gone': 503 }),
  })),
  scenario('A Service of type ExternalName is refused, and the other paths are served.', (host) => ({
    ingresses: [{ rules: [rule(host, prefix('/', 'leaf'), exact('/out', 'external'))] }],
    requests: asks(host, { '/': 'leaf', '/out': 503 }),
  })),
  scenario('A backend that is a resource is refused, and the other paths are served.', (host) => ({
    ingresses: [{ rules: [rule(host, prefix('/', 'leaf'), exact('/icons', bucket))] }],
    requests: asks(host, { '/': 'leaf', '/icons': 503 }),
  })),
  scenario('Several Ingresses add paths to one host.', (host) => ({
    ingresses: [{ rules: [rule(host, prefix('/leaf', 'leaf'))] }, { rules: [rule(host, prefix('/tree', 'tree'))] }],
    requests: asks(host, { '/leaf': 'leaf', '/tree/x': 'tree', '/': 404 }),
  })),
  scenario('Of two Ingresses with one host and path the older keeps it, and the younger serves the rest.', (host) => ({
    ingresses: [
      { rules: [rule(host, exact('/same', 'leaf'))] },
      { rules: [rule(host, exact('/same', 'rest'), exact('/own', 'tree'))] },
    ],
    requests: asks(host, { '/same': 'leaf', '/own': 'tree' }),
  })),
  scenario(
    'Of an Exact and a Prefix path of the same text in two Ingresses the Exact one comes first, whichever is older.',
    (host) => ({
      ingresses: [
        { rules: [rule(host, prefix('/a', 'tree'), exact('/b', 'leaf'))] },
        { rules: [rule(host, exact('/a', 'leaf'), prefix('/b', 'rest'))] },
      ],
      requests: asks(host, {
        '/a': 'leaf',
        '/a/': 'tree',
        '/a/x': 'tree',
        '/b': 'leaf',
        '/b/': 'rest',
        '/b/x': 'rest',
      }),
    }),
  ),
];
