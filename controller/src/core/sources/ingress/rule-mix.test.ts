import { describe, expect, test } from '@jest/globals';
import { ingressAnnotation as name } from '@clb-direct/shared/domain/ingress-names.ts';
import { aBackend, aPath } from '../../../testing/ingress-builders.ts';
import { ruleMixOf } from './rule-mix.ts';

const paths = [
  aPath({ path: '/health' }),
  aPath({ host: 'a.com', backend: aBackend('web', 443) }),
  aPath({ host: 'a.com', path: '/api', backend: aBackend('api', 'grpc') }),
];
const health = { path: '/health', backend: { serviceName: 'web', servicePort: '80' } };
const site = { host: 'a.com', path: '/', backend: { serviceName: 'web', servicePort: 443 } };
const api = { host: 'a.com', path: '/api', backend: { serviceName: 'api', servicePort: 'grpc' } };

const on = { [name.ruleMix]: 'true' };
const rules = (http: unknown, https: unknown = null) => ({
  [name.httpRules]: JSON.stringify(http),
  [name.httpsRules]: JSON.stringify(https),
});
const mixOf = (annotations: Readonly<Record<string, string>>) => ruleMixOf({ annotations, paths });
/** "HTTP" and "HTTPS" for each path: "x" where it is chosen, "?" where its certificate decides. */
const marksOf = (annotations: Readonly<Record<string, string>>) => {
  const mix = mixOf(annotations);
  const markOf = (protocol: 'HTTP' | 'HTTPS', { host, path }: (typeof paths)[number]) => {
    const found = mix[protocol].find((one) => one.host === host && one.path === path);
    if (found === undefined) return '-';
    return found.isChosen === true ? 'x' : '?';
  };
  return paths.map((path) => markOf('HTTP', path) + markOf('HTTPS', path));
};

test.each<[string, Readonly<Record<string, string>>, string[]]>([
  ['nothing', {}, ['??', '??', '??']],
  ['lists alone', rules([health], [site]), ['??', '??', '??']],
  ['rule-mix "false"', { ...on, [name.ruleMix]: 'false', ...rules([health]) }, ['??', '??', '??']],
  ['rule-mix alone', on, ['??', '??', '??']],
  ['a list for each', { ...on, ...rules([health], [site]) }, ['x-', '-x', '??']],
  ['one path in both', { ...on, ...rules([site], [site]) }, ['??', 'xx', '??']],
  ['a port by its name', { ...on, ...rules([api]) }, ['??', '??', 'x-']],
  ['an entry without backend', { ...on, ...rules([{ host: 'a.com', path: '/api' }]) }, ['??', '??', 'x-']],
  ['an entry without path', { ...on, ...rules([{ host: 'a.com' }]) }, ['??', 'x-', '??']],
  ['what null stands for', { ...on, ...rules([{ ...site, pathType: null, backend: null }]) }, ['??', 'x-', '??']],
  ['empty lists', { ...on, ...rules([], []) }, ['??', '??', '??']],
  [
    'the other prefix',
    {
      [name.ruleMixOfTke]: 'true',
      [name.httpRulesOfTke]: JSON.stringify([health]),
      [name.httpsRulesOfTke]: JSON.stringify([site]),
    },
    ['x-', '-x', '??'],
  ],
])('With %s each path has its protocol.', (_, annotations, marks) => {
  expect(marksOf(annotations)).toEqual(marks);
  expect(mixOf(annotations).findings).toEqual([]);
});

describe('An entry', () => {
  test.each<[unknown, string]>([
    [7, '[0] is 7; write an object'],
    [{ ...site, host: 'b.com' }, '[0] fits no path of spec.rules'],
    [{ ...site, backend: { serviceName: 'web', servicePort: 81 } }, '[0] fits no path'],
    [{ ...site, backend: { serviceName: 'other', servicePort: 443 } }, '[0] fits no path'],
    [{ ...site, host: 1 }, '[0].host is 1; write a text'],
    [{ ...site, path: ['/'] }, '[0].path is ["/"]; write a text'],
    [{ ...site, backend: 'web' }, '[0].backend is "web"; write {"serviceName"'],
    [{ ...site, backend: { serviceName: 'web' } }, '[0].backend is {"serviceName":"web"}; write'],
    [{ ...site, pathType: ['Regex'] }, '[0].pathType is ["Regex"]; write a list with one of Exact, Prefix'],
    [{ ...site, pathType: ['Exact', 'Prefix'] }, '[0].pathType is ["Exact","Prefix"]'],
  ])('%j is told, and the others count.', (entry, message) => {
    const annotations = { ...on, ...rules([entry, health]) };
    expect(marksOf(annotations)).toEqual(['x-', '??', '??']);
    const [finding] = mixOf(annotations).findings;
    expect(finding).toMatchObject({ reason: 'AnnotationMalformed', severity: 'Warning' });
    expect(finding?.message).toContain(message);
  });

  test.each([
    [['Exact'], 'Exact'],
    ['Prefix', 'Prefix'],
    [['RegularExpression'], 'RegularExpression'],
    [['RegularExpressionIgnoreCase'], 'RegularExpressionIgnoreCase'],
  ])('of pathType %j makes its path %s at its own protocol.', (pathType, type) => {
    const mix = mixOf({ ...on, ...rules([{ ...site, pathType }], [site]) });
    const typeAt = (protocol: 'HTTP' | 'HTTPS') => mix[protocol].find(({ isChosen }) => isChosen)?.pathType;
    expect([typeAt('HTTP'), typeAt('HTTPS')]).toEqual([type, 'Prefix']);
  });
});

test.each(['{', '{}', '7', `[${'1,'.repeat(101)}1]`, `["${'x'.repeat(20_000)}"]`])(
  'A list that cannot be read (%#) leaves what stands as it is.',
  (text) => {
    const { problem, findings } = mixOf({ ...on, [name.httpRules]: text });
    expect(problem).toMatchObject({ reason: 'AnnotationMalformed' });
    expect(findings).toEqual([problem]);
  },
);

test.each([name.httpRules, name.httpsRules])('Any path may be at both protocols while %s cannot be read.', (list) => {
  expect(marksOf({ ...on, ...rules([health, site], [site]), [list]: '[{},]' })).toEqual(['xx', 'xx', 'xx']);
});

test('Beside rule-mix-both it has no effect, and that is told.', () => {
  const annotations = { ...on, ...rules([site]), [name.ruleMixBoth]: 'true' };
  expect(marksOf(annotations)).toEqual(['??', '??', '??']);
  expect(mixOf(annotations).findings).toMatchObject([{ reason: 'AnnotationWithoutEffect' }]);
});

describe('Messages name the annotations as their author wrote them:', () => {
  const ofTke = { [name.ruleMixOfTke]: 'true' };

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['a list', { ...on, [name.httpRules]: '{' }, name.httpRules],
    ['a list with the other prefix', { ...ofTke, [name.httpRulesOfTke]: '{' }, name.httpRulesOfTke],
    ['an entry with the other prefix', { ...ofTke, [name.httpsRulesOfTke]: '[7]' }, name.httpsRulesOfTke],
    ['the switch beside rule-mix-both', { ...on, [name.ruleMixBoth]: 'true' }, name.ruleMix],
    ['the other one beside rule-mix-both', { ...ofTke, [name.ruleMixBoth]: 'true' }, name.ruleMixOfTke],
  ])('%s', (_, annotations, written) => {
    const [told, ...more] = mixOf(annotations).findings;
    expect(told?.message).toContain(`Annotation ${written}`);
    expect(more).toEqual([]);
  });

  test('of both with different texts the one that does not count', () => {
    const both = { ...on, ...rules([site]), [name.httpRulesOfTke]: '[]', [name.ruleMixOfTke]: 'true' };
    expect(marksOf(both)).toEqual(['??', 'x-', '??']);
    expect(mixOf(both).findings.map(({ message }) => message)).toEqual([
      expect.stringContaining(`${name.httpRulesOfTke} has no effect beside ${name.httpRules}`),
    ]);
  });
});
