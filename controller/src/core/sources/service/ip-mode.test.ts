import { describe, expect, test } from '@jest/globals';
import { aService } from '../../../testing/builders.ts';
import { readService } from './read-service.ts';

const ours = 'clb-direct.io/ip-mode';
const cce = 'kubernetes.io/elb.pass-through';
const read = (annotations: Readonly<Record<string, string>>) => {
  const { ipModes, notices } = readService(aService({ annotations }));
  return { wanted: ipModes.wanted, told: notices.map(({ reason, message }) => `${reason}: ${message}`) };
};

describe('Clients inside the cluster', () => {
  test.each([
    [{}, 'VIP'],
    [{ [ours]: 'Proxy' }, 'Proxy'],
    [{ [ours]: 'VIP' }, 'VIP'],
    [{ [cce]: 'true' }, 'Proxy'],
    [{ [cce]: 'onlyLocal' }, 'Proxy'],
    [{ [cce]: 'false' }, 'VIP'],
    [{ [cce]: 'true', [ours]: 'VIP' }, 'VIP'],
    [{ [cce]: 'false', [ours]: 'Proxy' }, 'Proxy'],
  ])('with %j reach an address by mode %s, and nothing is told', (annotations, wanted) => {
    expect(read(annotations)).toEqual({ wanted, told: [] });
  });

  test.each([
    [ours, 'proxy', 'write "Proxy" or "VIP"'],
    [ours, '', 'write "Proxy" or "VIP"'],
    [ours, '__proto__', 'write "Proxy" or "VIP"'],
    [cce, 'TRUE', 'write "true" or "onlyLocal" or "false"'],
    [cce, 'yes', 'write "true" or "onlyLocal" or "false"'],
  ])('with %s of "%s" go on as without it, and an event says what to write', (name, value, instead) => {
    const { wanted, told } = read({ [name]: value });
    expect(wanted).toBe('VIP');
    expect(told).toEqual([
      `AnnotationMalformed: Annotation ${name} is "${value}"; ${instead}. Until then it means nothing.`,
    ]);
  });

  test('go by the annotation that can be read where the other one is wrong', () => {
    expect(read({ [ours]: 'proxy', [cce]: 'true' }).wanted).toBe('Proxy');
  });
});
