import { describe, expect, test } from '@jest/globals';
import { aBinding, aService } from '../../../testing/builders.ts';
import { annotationFindings } from './annotation-findings.ts';
import { knownAnnotations } from './known-annotations.ts';
import { nearest } from './nearest.ts';
import { readService } from './read-service.ts';

const tell = (annotations: Readonly<Record<string, string>>) =>
  annotationFindings({ annotations }).map(({ reason, message }) => `${reason}: ${message}`);
const withSupport = (support: string) =>
  Object.entries(knownAnnotations).filter(([, known]) => known.support === support);

describe('a known annotation', () => {
  test.each(withSupport('no effect'))(
    '%s is reported with what to use instead, and the Service works',
    (name, { note }) => {
      const { bindings, findings, notices } = readService(aService({ annotations: { [name]: 'some-value' } }));
      expect(bindings).toEqual([aBinding()]);
      expect(findings).toEqual([]);
      const isField = name === 'service.beta.kubernetes.io/load-balancer-source-ranges';
      const message = `Annotation ${name} (some-value) has no effect: ${note}.`;
      const expected = { severity: 'Warning', reason: 'AnnotationWithoutEffect', message };
      expect(notices).toMatchObject(isField ? [] : [expected]);
    },
  );

  test.each(withSupport('no effect'))('%s that asks for nothing is not reported', (name) => {
    expect(tell({ [name]: 'false' })).toEqual([]);
    expect(tell({ [name]: '' })).toEqual([]);
  });

  test.each(['works', 'differs', 'always', 'written'].flatMap(withSupport))('%s is not reported', (name) => {
    expect(tell({ [name]: 'true' })).toEqual([]);
  });
});

describe('an unknown annotation', () => {
  test('is reported once for all, each with the known one that is nearest', () => {
    const annotations = {
      'clb-direct.io/helth-check': 'off',
      'service.kubernetes.io/tke-existing-lbid': 'lb-a',
      'clb-direct.io/direct-access': 'true',
      'service.cloud.tencent.com/something-quite-new': 'true',
    };
    expect(tell(annotations)).toEqual([
      'AnnotationUnknown: Correct or remove annotations that mean nothing here: ' +
        'clb-direct.io/direct-access (did you mean service.cloud.tencent.com/direct-access?), ' +
        'clb-direct.io/helth-check (did you mean clb-direct.io/health-check?), ' +
        'service.cloud.tencent.com/something-quite-new, ' +
        'service.kubernetes.io/tke-existing-lbid (did you mean service.kubernetes.io/tke-existed-lbid?).',
    ]);
  });

  test.each([
    'service.beta.kubernetes.io/aws-load-balancer-type',
    'kubernetes.io/elb.class',
    'service.kubernetes.io/topology-mode',
    'service.kubernetes.io/headless',
  ])('of another cloud or purpose is left alone: %s', (name) => {
    expect(tell({ [name]: 'true' })).toEqual([]);
  });

  test('does not make the message longer than an event takes, however many there are and however long', () => {
    const names = Array.from({ length: 500 }, (_, index) => `clb-direct.io/${'x'.repeat(59)}${index}`);
    const [message = '', ...others] = tell(Object.fromEntries(names.map((name) => [name, 'v'.repeat(9_999)])));
    expect(message.length).toBeLessThan(700);
    expect(message).toContain('…');
    expect(others).toEqual([]);
  });

  test.each(['constructor', '__proto__'])('with a name of JavaScript is nothing special: %s', (name) => {
    expect(tell({ [`clb-direct.io/${name}`]: '' })[0]).toContain('AnnotationUnknown');
    expect(tell({ [name]: 'true' })).toEqual([]);
  });
});

test.each([
  ['a/kitten', ['a/sitting', 'b/kitchen'], 'b/kitchen'],
  ['a/managed', ['b/managed', 'a/manage'], 'b/managed'],
  ['a/Managed', ['a/managed'], 'a/managed'],
  ['a/x', ['a/four'], undefined],
  ['a/x', [], undefined],
])('Of names like %s in %j the nearest is %s.', (name, known, expected) => {
  expect(nearest(name, known)).toBe(expected);
});
