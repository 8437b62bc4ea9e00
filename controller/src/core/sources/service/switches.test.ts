import { describe, expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aService } from '../../../testing/builders.ts';
import { anIngress, onExisting } from '../../../testing/ingress-builders.ts';
import type { OwnerView } from '../../model/owner-view.ts';
import { readIngress } from '../ingress/read-ingress.ts';
import { readService } from './read-service.ts';

type Annotations = Readonly<Record<string, string>>;

const byService = (annotations: Annotations) => readService(aService({ annotations }));
const byIngress = (annotations: Annotations) =>
  readIngress(anIngress({ annotations: { ...onExisting, [annotation.managed]: 'true', ...annotations } }));
const toldBy = ({ notices, findings, markFindings }: OwnerView, name: string) =>
  [...notices, ...findings, ...markFindings].filter(
    ({ reason, message }) => reason === 'AnnotationMalformed' && message.includes(name),
  );

const switches: readonly (readonly [string, string, (annotations: Annotations) => OwnerView])[] = [
  ['Service', annotation.passToTarget, byService],
  ['Service', annotation.graceDeletion, byService],
  ['Service', annotation.serviceConfigAuto, byService],
  ['Service', annotation.deregisterTargetRst, byService],
  ['Ingress', annotation.managed, byIngress],
  ['Ingress', ingressAnnotation.directAccess, byIngress],
  ['Ingress', ingressAnnotation.ruleMix, byIngress],
  ['Ingress', ingressAnnotation.ruleMixOfTke, byIngress],
  ['Ingress', ingressAnnotation.ruleMixBoth, byIngress],
  ['Ingress', ingressAnnotation.passToTarget, byIngress],
  ['Ingress', ingressAnnotation.graceDeletion, byIngress],
  ['Ingress', ingressAnnotation.serviceConfigAuto, byIngress],
  ['Ingress', ingressAnnotation.rewriteSupport, byIngress],
  ['Ingress', ingressAnnotation.autoRewrite, byIngress],
  ['Ingress', ingressAnnotation.deletionProtection, byIngress],
];

describe.each(switches)('Of a(n) %s the switch %s', (_, name, read) => {
  test.each(['yes', 'True', '1'])('with the word %j is told once, with the words that it takes', (word) => {
    const [told, ...more] = toldBy(read({ [name]: word }), name);
    expect(told?.message).toContain(`is "${word}"; write "true" or "false".`);
    expect(more).toEqual([]);
  });

  test.each(['true', 'false'])('with the word %j is not told', (word) => {
    expect(toldBy(read({ [name]: word }), name)).toEqual([]);
  });

  test('that is absent is not told', () => {
    expect(toldBy(read({}), name)).toEqual([]);
  });
});

test.each([
  ['true', true],
  [' true ', true],
  ['false', false],
  ['yes', false],
  [undefined, false],
])('Grace deletion %j is asked for: %s', (word, asked) => {
  const of = (name: string): Annotations => (word === undefined ? {} : { [name]: word });
  expect(byService(of(annotation.graceDeletion)).wantsDrain).toBe(asked);
  expect(byIngress(of(ingressAnnotation.graceDeletion)).wantsDrain).toBe(asked);
});
