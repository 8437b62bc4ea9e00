import { asks, backend, exact, prefix, rule, scenario } from './scenario.ts';

/** Kubernetes documentation, Ingress, "Hostname wildcards", "Default backend", "Name based virtual hosting". */
export const hostScenarios = [
  scenario('A host takes its own requests and no others, which get 404.', (host) => ({
    ingresses: [{ rules: [rule(host, prefix('/'))] }],
    requests: [...asks(host, { '/': 'leaf' }), ...asks(`x${host}`, { '/': 404 }), ...asks(`x.${host}`, { '/': 404 })],
  })),
  scenario('A host is compared without case, and without the port.', (host) => ({
    ingresses: [{ rules: [rule(host, prefix('/'))] }],
    requests: [...asks(host.toUpperCase(), { '/': 'leaf' }), ...asks(`${host}:80`, { '/': 'leaf' })],
  })),
  scenario('Several hosts of one Ingress have backends of their own.', (host) => ({
    ingresses: [{ rules: [rule(`a.${host}`, prefix('/', 'leaf')), rule(`b.${host}`, prefix('/', 'tree'))] }],
    requests: [
      ...asks(`a.${host}`, { '/': 'leaf' }),
      ...asks(`b.${host}`, { '/': 'tree' }),
      ...asks(host, { '/': 404 }),
    ],
  })),
  scenario('A wildcard is exactly one label.', (host) => ({
    ingresses: [{ rules: [rule(`*.${host}`, prefix('/'))] }],
    requests: [
      ...asks(`bar.${host}`, { '/': 'leaf', '/x': 'leaf' }),
      ...asks(`baz.bar.${host}`, { '/': 404 }),
      ...asks(host, { '/': 404 }),
    ],
  })),
  scenario('A host comes before a wildcard that covers it.', (host) => ({
    ingresses: [{ rules: [rule(`*.${host}`, prefix('/', 'rest')), rule(`foo.${host}`, exact('/foo', 'leaf'))] }],
    requests: [...asks(`foo.${host}`, { '/foo': 'leaf', '/bar': 404 }), ...asks(`bar.${host}`, { '/foo': 'rest' })],
  })),
  scenario('Rules without a host take the requests for all hosts that have no rule.', (host) => ({
    balancer: 'no-host',
    ingresses: [{ rules: [rule('', prefix('/all', 'rest')), rule(host, prefix('/own', 'leaf'))] }],
    requests: [
      ...asks('any.example.net', { '/all': 'rest', '/all/x': 'rest', '/other': 404 }),
      ...asks(host, { '/own': 'leaf' }),
    ],
  })),
  scenario('The host decides first: what it has no path for does not go to rules without a host.', (host) => ({
    balancer: 'no-host',
    ingresses: [{ rules: [rule(host, exact('/own', 'leaf'))] }],
    requests: asks(host, { '/own': 'leaf', '/all': 404 }),
  })),
  scenario('A default backend gets what no host and no path takes.', (host) => ({
    balancer: 'default-backend',
    ingresses: [{ defaultBackend: backend('rest'), rules: [rule(host, prefix('/foo', 'leaf'))] }],
    requests: [
      ...asks(host, { '/foo': 'leaf', '/foobar': 'rest', '/': 'rest' }),
      ...asks('any.example.net', { '/foo': 'rest', '/': 'rest' }),
    ],
  })),
  scenario('A default backend gets every method.', (host) => ({
    balancer: 'default-backend',
    ingresses: [{ rules: [rule(host, exact('/foo', 'leaf'))], defaultBackend: backend('rest') }],
    requests: ['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => {
      return { host, path: '/other', method, expects: 'rest' } as const;
    }),
  })),
  scenario('An Ingress that has a default backend and no rules sends everything there.', (host) => ({
    balancer: 'single',
    ingresses: [{ defaultBackend: backend('tree') }],
    requests: asks(host, { '/': 'tree', '/any/path?a=b': 'tree' }),
  })),
  scenario('A path for all requests of a host leaves nothing of it to the default backend.', (host) => ({
    balancer: 'default-backend',
    ingresses: [{ rules: [rule(host, prefix('/', 'leaf'))] }],
    requests: asks(host, { '/': 'leaf', '/any': 'leaf' }),
  })),
  scenario('A host without paths and without a default backend gets 404, also where a wildcard covers it.', (host) => ({
    ingresses: [{ rules: [rule(`bare.${host}`), rule(`*.${host}`, prefix('/', 'leaf'))] }],
    requests: [...asks(`bare.${host}`, { '/': 404 }), ...asks(`other.${host}`, { '/': 'leaf' })],
  })),
];
