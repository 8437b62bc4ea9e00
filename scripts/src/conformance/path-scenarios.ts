import { asks, exact, loose, prefix, rule, scenario } from './scenario.ts';

/** Kubernetes documentation, Ingress, "Path types" and "Examples". */
export const pathScenarios = [
  scenario('A Prefix "/" takes every path.', (host) => ({
    balancer: 'paths',
    ingresses: [{ rules: [rule(host, prefix('/'))] }],
    requests: asks(host, { '/': 'leaf', '/any': 'leaf', '/any/path/': 'leaf' }),
  })),
  scenario('An Exact "/foo" takes "/foo" alone.', (host) => ({
    balancer: 'paths',
    ingresses: [{ rules: [rule(host, exact('/foo'))] }],
    requests: asks(host, { '/foo': 'leaf', '/foo/': 404, '/foo/bar': 404, '/foobar': 404, '/bar': 404, '/': 404 }),
  })),
  scenario('An Exact "/foo/" takes "/foo/" alone.', (host) => ({
    balancer: 'paths',
    ingresses: [{ rules: [rule(host, exact('/foo/'))] }],
    requests: asks(host, { '/foo/': 'leaf', '/foo': 404, '/foo/bar': 404 }),
  })),
  scenario('Paths are compared with case.', (host) => ({
    balancer: 'paths',
    ingresses: [{ rules: [rule(host, exact('/foo'), prefix('/tree', 'tree'))] }],
    requests: asks(host, { '/foo': 'leaf', '/FOO': 404, '/tree/a': 'tree', '/Tree/a': 404 }),
  })),
  scenario('A Prefix "/foo" takes "/foo", "/foo/" and what is below.', (host) => ({
    balancer: 'paths',
    ingresses: [{ rules: [rule(host, prefix('/foo'))] }],
    requests: asks(host, { '/foo': 'leaf', '/foo/': 'leaf', '/foo//': 'leaf', '/foo/bar/': 'leaf', '/': 404 }),
  })),
  scenario('A Prefix "/foo/" takes "/foo" too: its last slash does not count.', (host) => ({
    balancer: 'paths',
    ingresses: [{ rules: [rule(host, prefix('/foo/'))] }],
    requests: asks(host, { '/foo': 'leaf', '/foo/': 'leaf', '/foo/bar': 'leaf' }),
  })),
  scenario('A Prefix is compared by elements: "/aaa/bb" does not take "/aaa/bbb".', (host) => ({
    balancer: 'paths',
    ingresses: [{ rules: [rule(host, prefix('/aaa/bb'))] }],
    requests: asks(host, { '/aaa/bb': 'leaf', '/aaa/bbb': 404, '/aaa/bb/b': 'leaf', '/aaa': 404 }),
  })),
  scenario('Of several that match the longest path gets the request, in whatever order they are written.', (host) => ({
    balancer: 'paths',
    ingresses: [{ rules: [rule(host, prefix('/', 'rest'), prefix('/aaa/bbb', 'leaf'), prefix('/aaa', 'tree'))] }],
    requests: asks(host, { '/aaa/bbb/c': 'leaf', '/aaa/ccc': 'tree', '/aaab': 'rest', '/ccc': 'rest', '/': 'rest' }),
  })),
  scenario('Of two that are equally long an Exact path comes before a Prefix.', (host) => ({
    balancer: 'paths',
    ingresses: [{ rules: [rule(host, prefix('/foo', 'tree'), exact('/foo', 'leaf'))] }],
    requests: asks(host, { '/foo': 'leaf', '/foo/': 'tree', '/foo/bar': 'tree' }),
  })),
  scenario('Exact and Prefix paths of one host stand side by side.', (host) => ({
    balancer: 'paths',
    ingresses: [{ rules: [rule(host, exact('/foo', 'leaf'), prefix('/tree', 'tree'), prefix('/', 'rest'))] }],
    requests: asks(host, { '/foo': 'leaf', '/foo/': 'rest', '/tree': 'tree', '/tree/x': 'tree', '/treex': 'rest' }),
  })),
  scenario('What comes after "?" is no part of the path.', (host) => ({
    balancer: 'paths',
    ingresses: [{ rules: [rule(host, exact('/foo'), prefix('/tree', 'tree'))] }],
    requests: asks(host, { '/foo?a=/b': 'leaf', '/tree?a': 'tree', '/x?/foo': 404 }),
  })),
  scenario(
    'Encoded letters are part of a path: below a Prefix they are served, and an Exact path is another.',
    (host) => ({
      balancer: 'paths',
      ingresses: [{ rules: [rule(host, exact('/foo'), prefix('/tree', 'tree'))] }],
      requests: asks(host, { '/tree/a%20b': 'tree', '/tree/%C3%A9/': 'tree', '/foo%20': 404, '/foo%2Fbar': 404 }),
    }),
  ),
  scenario('The method does not matter.', (host) => ({
    balancer: 'paths',
    ingresses: [{ rules: [rule(host, exact('/foo'))] }],
    requests: ['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => {
      return { host, path: '/foo', method, expects: 'leaf' } as const;
    }),
  })),
  scenario('ImplementationSpecific "/foo" is the prefix of letters that a CLB has, as on TKE.', (host) => ({
    balancer: 'paths',
    ingresses: [{ rules: [rule(host, loose('/foo'))] }],
    requests: asks(host, { '/foo': 'leaf', '/foo/bar': 'leaf', '/foobar': 'leaf', '/bar': 404 }),
  })),
];
