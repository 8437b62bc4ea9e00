import { asks, backend, exact, prefix, rule, scenario, type PathSpec, type ScenarioRequest } from './scenario.ts';

type Expected = Readonly<Record<string, ScenarioRequest['expects']>>;

/** The rows of the table "Examples" of Kubernetes' documentation of Ingress, in its order. */
const rows: readonly (readonly [string, readonly PathSpec[], Expected])[] = [
  ['Prefix "/" matches all paths.', [prefix('/')], { '/': 'leaf', '/a': 'leaf', '/a/b/': 'leaf' }],
  ['Exact "/foo" matches "/foo".', [exact('/foo')], { '/foo': 'leaf' }],
  ['Exact "/foo" does not match "/bar".', [exact('/foo')], { '/bar': 404 }],
  ['Exact "/foo" does not match "/foo/".', [exact('/foo')], { '/foo/': 404 }],
  ['Exact "/foo/" does not match "/foo".', [exact('/foo/')], { '/foo': 404, '/foo/': 'leaf' }],
  ['Prefix "/foo" matches "/foo" and "/foo/".', [prefix('/foo')], { '/foo': 'leaf', '/foo/': 'leaf' }],
  ['Prefix "/foo/" matches "/foo" and "/foo/".', [prefix('/foo/')], { '/foo': 'leaf', '/foo/': 'leaf' }],
  ['Prefix "/aaa/bb" does not match "/aaa/bbb".', [prefix('/aaa/bb')], { '/aaa/bbb': 404 }],
  ['Prefix "/aaa/bbb" matches "/aaa/bbb".', [prefix('/aaa/bbb')], { '/aaa/bbb': 'leaf' }],
  ['Prefix "/aaa/bbb/" matches "/aaa/bbb".', [prefix('/aaa/bbb/')], { '/aaa/bbb': 'leaf' }],
  ['Prefix "/aaa/bbb" matches "/aaa/bbb/".', [prefix('/aaa/bbb')], { '/aaa/bbb/': 'leaf' }],
  ['Prefix "/aaa/bbb" matches "/aaa/bbb/ccc".', [prefix('/aaa/bbb')], { '/aaa/bbb/ccc': 'leaf' }],
  ['Prefix "/aaa/bbb" does not match "/aaa/bbbxyz".', [prefix('/aaa/bbb')], { '/aaa/bbbxyz': 404 }],
  [
    'Of the Prefixes "/" and "/aaa" the second matches "/aaa/ccc".',
    [prefix('/', 'rest'), prefix('/aaa', 'tree')],
    { '/aaa/ccc': 'tree' },
  ],
  [
    'Of the Prefixes "/", "/aaa" and "/aaa/bbb" the third matches "/aaa/bbb".',
    [prefix('/', 'rest'), prefix('/aaa', 'tree'), prefix('/aaa/bbb')],
    { '/aaa/bbb': 'leaf' },
  ],
  [
    'Of the Prefixes "/", "/aaa" and "/aaa/bbb" the first matches "/ccc".',
    [prefix('/', 'rest'), prefix('/aaa', 'tree'), prefix('/aaa/bbb')],
    { '/ccc': 'rest' },
  ],
  [
    'Of a Prefix and an Exact "/foo" the second matches "/foo".',
    [prefix('/foo', 'tree'), exact('/foo')],
    { '/foo': 'leaf' },
  ],
];

export const exampleScenarios = [
  ...rows.map(([name, paths, expected]) =>
    scenario(`Table of examples: ${name}`, (host) => ({
      balancer: 'examples',
      ingresses: [{ rules: [rule(host, ...paths)] }],
      requests: asks(host, expected),
    })),
  ),
  scenario('Table of examples: Prefix "/aaa" does not match "/ccc", which the default backend gets.', (host) => ({
    balancer: 'default-backend',
    ingresses: [{ rules: [rule(host, prefix('/aaa'))], defaultBackend: backend('rest') }],
    requests: asks(host, { '/aaa': 'leaf', '/ccc': 'rest' }),
  })),
];
