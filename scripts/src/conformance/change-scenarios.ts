import { asks, exact, prefix, rule, scenario } from './scenario.ts';

/** Kubernetes documentation, Ingress, "Updating an Ingress": what clients see of it. */
export const changeScenarios = [
  scenario('Paths that are added are served, those that are taken away get 404, and the others stay.', (host) => ({
    ingresses: [{ rules: [rule(host, exact('/stays', 'leaf'), prefix('/goes', 'tree'))] }],
    requests: asks(host, { '/stays': 'leaf', '/goes/x': 'tree', '/comes': 404 }),
    change: {
      ingresses: [{ rules: [rule(host, exact('/stays', 'leaf'), prefix('/comes', 'rest'))] }],
      requests: asks(host, { '/stays': 'leaf', '/goes': 404, '/goes/x': 404, '/comes': 'rest', '/comes/x': 'rest' }),
    },
  })),
  scenario('A host that is added beside another is served, and one that is taken away gets 404.', (host) => ({
    ingresses: [{ rules: [rule(`old.${host}`, prefix('/', 'leaf'))] }],
    requests: [...asks(`old.${host}`, { '/': 'leaf' }), ...asks(`new.${host}`, { '/': 404 })],
    change: {
      ingresses: [{ rules: [rule(`new.${host}`, prefix('/', 'leaf'))] }],
      requests: [...asks(`old.${host}`, { '/': 404 }), ...asks(`new.${host}`, { '/': 'leaf' })],
    },
  })),
  scenario('A path passes to another backend.', (host) => ({
    ingresses: [{ rules: [rule(host, prefix('/', 'leaf'))] }],
    requests: asks(host, { '/': 'leaf' }),
    change: {
      ingresses: [{ rules: [rule(host, prefix('/', 'tree'))] }],
      requests: asks(host, { '/': 'tree', '/x': 'tree' }),
    },
  })),
  scenario('A path of another type takes what that type takes.', (host) => ({
    ingresses: [{ rules: [rule(host, prefix('/foo'))] }],
    requests: asks(host, { '/foo': 'leaf', '/foo/bar': 'leaf' }),
    change: {
      ingresses: [{ rules: [rule(host, exact('/foo'))] }],
      requests: asks(host, { '/foo': 'leaf', '/foo/': 404, '/foo/bar': 404 }),
    },
  })),
  scenario('An Ingress that is deleted takes its paths along, and none of the others of its host.', (host) => ({
    ingresses: [{ rules: [rule(host, prefix('/leaf', 'leaf'))] }, { rules: [rule(host, prefix('/tree', 'tree'))] }],
    requests: asks(host, { '/leaf': 'leaf', '/tree': 'tree' }),
    change: {
      ingresses: [{ rules: [rule(host, prefix('/leaf', 'leaf'))] }],
      requests: asks(host, { '/leaf': 'leaf', '/tree': 404, '/tree/x': 404 }),
    },
  })),
];
