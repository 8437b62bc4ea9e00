import { describe, expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { mapPaths, type WantedPath } from './paths.ts';

type Path = WantedPath & { readonly backend: string };
const aPath = (pathType: string, path: string, backend = 'web'): Path => ({ pathType, path, backend });
const urlsOf = (...paths: readonly Path[]) => mapPaths(paths).urls.map(({ url, wanted }) => `${url} ${wanted.backend}`);

test.each([
  ['Exact', '/', ['=/']],
  ['Exact', '/foo', ['=/foo']],
  ['Exact', '/foo/', ['=/foo/']],
  ['Prefix', '/', ['/']],
  ['Prefix', '/foo', ['=/foo', '/foo/']],
  ['Prefix', '/foo/', ['=/foo', '/foo/']],
  ['Prefix', '/foo/bar', ['=/foo/bar', '/foo/bar/']],
  ['ImplementationSpecific', '', ['/']],
  ['ImplementationSpecific', '/foo', ['/foo']],
  ['ImplementationSpecific', '/foo/', ['/foo/']],
  ['RegularExpression', '/v[0-9]+/(a|b)', ['~/v[0-9]+/(a|b)']],
  ['RegularExpressionIgnoreCase', '/foo', ['~*/foo']],
])('A path of type %s "%s" becomes %j.', (pathType, path, urls) => {
  expect(urlsOf(aPath(pathType, path))).toEqual(urls.map((url) => `${url} web`));
});

test('An Exact path comes before a Prefix of the same path, which is no conflict.', () => {
  const paths = [aPath('Prefix', '/foo', 'tree'), aPath('Exact', '/foo', 'leaf')];
  expect(urlsOf(...paths)).toEqual(['=/foo leaf', '/foo/ tree']);
  expect(mapPaths(paths).refused).toEqual([]);
});

test.each([
  [aPath('Prefix', '/foo'), aPath('Prefix', '/foo/')],
  [aPath('Exact', '/foo'), aPath('Exact', '/foo')],
  [aPath('ImplementationSpecific', '/foo/'), aPath('Prefix', '/foo')],
])('Of two paths that say the same the first stands: %j %j.', (first, second) => {
  const { urls, refused } = mapPaths([first, { ...second, backend: 'other' }]);
  expect(urls.find(({ url }) => url.includes('foo'))?.wanted).toEqual(first);
  expect(refused).toMatchObject([{ wanted: { ...second, backend: 'other' }, isTwice: true }]);
});

describe('a path that a CLB cannot have', () => {
  test.each([
    ['Exact', 'foo', 'does not begin with "/"'],
    ['Prefix', '/a b', 'letters'],
    ['Prefix', '/a%20b', 'letters'],
    ['Exact', '/a?b=c', 'letters'],
    ['ImplementationSpecific', '/a/*', 'letters'],
    ['ImplementationSpecific', '/(a|b)', 'letters'],
    ['Exact', `/${'a'.repeat(199)}`, 'too long'],
    ['Prefix', `/${'a'.repeat(199)}`, 'too long'],
    ['Regex', '/a', 'pathType'],
    ['RegularExpression', '/a{2}', 'letters'],
    ['RegularExpression', '/a\\d', 'letters'],
    ['RegularExpression', '/~a', 'letters'],
    ['RegularExpression', `/${'a'.repeat(199)}`, 'too long'],
    ['RegularExpressionIgnoreCase', '/a b', 'letters'],
  ])('of type %s "%s" is left out alone', (pathType, path, why) => {
    const { urls, refused } = mapPaths([aPath(pathType, path), aPath('Prefix', '/')]);
    expect(urls.map(({ url }) => url)).toEqual(['/']);
    expect(refused).toMatchObject([{ why: expect.stringContaining(why), isTwice: false }]);
  });

  test.each([
    ['Exact', 198],
    ['Prefix', 198],
    ['ImplementationSpecific', 199],
  ])('is no longer than 200 letters with what is added: %s', (pathType, letters) => {
    const { urls } = mapPaths([aPath(pathType, `/${'a'.repeat(letters)}`)]);
    expect(Math.max(...urls.map(({ url }) => url.length))).toBe(200);
  });
});

/** As Kubernetes says it (Ingress, "Path types"): the longest match, by elements; then Exact before Prefix. */
function byKubernetes(paths: readonly Path[], request: string): string | undefined {
  const elements = (path: string) => path.split('/').filter((one) => one !== '');
  const matches = paths.filter(({ pathType, path }) => {
    if (pathType === 'Exact') return path === request;
    return elements(path).every((one, index) => elements(request)[index] === one);
  });
  const rank = ({ pathType, path }: Path) => elements(path).length * 2 + (pathType === 'Exact' ? 1 : 0);
  return matches.toSorted((a, b) => rank(b) - rank(a))[0]?.backend;
}

/** As nginx has it (ngx_http_core_module, location): an exact one, then the longest prefix; 301 without the slash. */
function byNginx(paths: readonly Path[], request: string): string | undefined {
  const { urls } = mapPaths(paths);
  const exact = urls.find(({ url }) => url === `=${request}`);
  if (exact !== undefined) return exact.wanted.backend;
  if (urls.some(({ url }) => url === `${request}/`)) return '301';
  const prefixes = urls.filter(({ url }) => !url.startsWith('=') && request.startsWith(url));
  return prefixes.toSorted((a, b) => b.url.length - a.url.length)[0]?.wanted.backend;
}

const element = fc.constantFrom('a', 'b', 'ab', 'aa');
const path = fc
  .tuple(fc.array(element, { maxLength: 3 }), fc.boolean())
  .map(([parts, hasSlash]) => `/${parts.join('/')}${hasSlash && parts.length > 0 ? '/' : ''}`);

/** Two paths that say the same are refused, whichever backend they have, and are no question of matching. */
const sameFor = ({ pathType, path: text }: { readonly pathType: string; readonly path: string }) =>
  pathType === 'Exact' ? text : `${text.replace(/\/$/, '')}*`;
const sets = fc
  .uniqueArray(fc.record({ pathType: fc.constantFrom('Exact', 'Prefix'), path }), { selector: sameFor, maxLength: 6 })
  .map((all) => all.map((one, index): Path => ({ ...one, backend: `backend-${index}` })));

test('Whatever Exact and Prefix paths a host has, a CLB sends each request where Kubernetes says.', () => {
  fc.assert(
    fc.property(sets, path, (paths, request) => {
      expect(byNginx(paths, request)).toBe(byKubernetes(paths, request));
      expect(mapPaths(paths).refused).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});
