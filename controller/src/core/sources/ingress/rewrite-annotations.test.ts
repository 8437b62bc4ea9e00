import { expect, test } from '@jest/globals';
import { ingressAnnotation as name } from '@clb-direct/shared/domain/ingress-names.ts';
import { askedRedirects } from './rewrite-annotations.ts';

const read = (annotations: Readonly<Record<string, string>>) => askedRedirects({ annotations });
const auto = { [name.autoRewrite]: 'true' };

test.each<[string, Readonly<Record<string, string>>, boolean, boolean]>([
  ['nothing', {}, false, true],
  ['rewrite-support', { [name.rewriteSupport]: 'true' }, false, true],
  ['auto-rewrite', auto, true, true],
  ['auto-rewrite, "false"', { [name.autoRewrite]: 'false' }, false, true],
  ['nothing in it', { [name.autoRewrite]: ' ' }, false, true],
  ['both', { ...auto, [name.rewriteSupport]: 'true' }, true, true],
  ['no support', { [name.rewriteSupport]: 'false' }, false, false],
])('With %s redirects are asked for, and told nothing.', (_, annotations, isAuto, isAllowed) => {
  expect(read(annotations)).toMatchObject({ isAuto, isAllowed, findings: [] });
});

test.each<[Readonly<Record<string, string>>, boolean, string, string]>([
  [{ [name.autoRewrite]: 'yes' }, false, 'AnnotationMalformed', 'auto-rewrite is "yes"; write "true" or "false"'],
  [{ ...auto, [name.rewriteSupport]: '1' }, true, 'AnnotationMalformed', 'rewrite-support is "1"; write "true"'],
  [{ ...auto, [name.rewriteSupport]: 'false' }, false, 'AnnotationWithoutEffect', 'rewrite-support "false"'],
  [{ ...auto, [name.ruleMixBoth]: 'true' }, false, 'AnnotationWithoutEffect', 'rule-mix-both "true"'],
])('%j is told.', (annotations, isAuto, reason, message) => {
  const asked = read(annotations);
  expect(asked.isAuto).toBe(isAuto);
  expect(asked.findings).toMatchObject([{ reason }]);
  expect(asked.findings[0]?.message).toContain(message);
});

test.each([
  [undefined, 301],
  ['', 301],
  ['301', 301],
  ['302', 302],
  ['[307]', 307],
  ['{"a.com":302}', 302],
  ['{"b.com":302}', 301],
])('The code %s makes %d of a.com.', (text, code) => {
  const asked = read({ ...auto, ...(text === undefined ? {} : { [name.autoRewriteCode]: text }) });
  expect([asked.codeOf('a.com'), asked.findings]).toEqual([code, []]);
});

test.each(['303', '"301"', '[301,302]', '{"a.com":"302"}', '{', 'null', '1'.repeat(10_001)])(
  'The code %# is wrong, which is told, and 301 stands in for it.',
  (text) => {
    const asked = read({ ...auto, [name.autoRewriteCode]: text });
    expect(asked.codeOf('a.com')).toBe(301);
    expect(asked.findings).toMatchObject([{ reason: 'AnnotationMalformed' }]);
    expect(asked.findings[0]?.message).toContain('write one of 301, 302, 307');
  },
);
