import { describe, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aService } from '../../../testing/builders.ts';
import type { RelatedObjects } from '../../model/related-objects.ts';
import { contentOf } from '../../model/security-group.ts';
import type { SourceGroup } from '../../model/source-group.ts';
import { readService } from './read-service.ts';
import type { ServiceFacts } from './service-facts.ts';

const office = '192.0.2.0/24';
const read = (service: Partial<ServiceFacts>, group?: SourceGroup) => {
  const objects: RelatedObjects = {
    related: ({ kind }) =>
      kind === 'SourceGroup' && group !== undefined ? { state: 'found', facts: group as never } : { state: 'pending' },
  };
  return readService(aService({ existingLoadBalancer: undefined, ...service }), objects);
};
const ranged = (ranges: readonly string[], more: Partial<ServiceFacts> = {}, group?: SourceGroup) =>
  read({ loadBalancerSourceRanges: ranges, ...more }, group);
const policies = (view: ReturnType<typeof read>) => contentOf(view.wantedGroup?.policies ?? []);
const malformed = (view: ReturnType<typeof read>) =>
  view.findings.filter(({ reason }) => reason === 'SourceRangeMalformed').map(({ message }) => message);
const settings = (view: ReturnType<typeof read>) => view.bindings[0]?.balancerSettings;

describe('who is let in', () => {
  test('are the ranges, once each, without bits of hosts', () => {
    expect(policies(ranged([office, '10.1.2.3/8', ' 10.0.0.0/8']))).toBe(
      'ACCEPT ALL ALL 10.0.0.0/8\nACCEPT ALL ALL 192.0.2.0/24',
    );
  });

  test('is written in the older annotation too, and the field counts before it', () => {
    const sourceRangesAnnotation = '10.0.0.0/8, 172.16.0.0/12';
    expect(policies(read({ sourceRangesAnnotation }))).toBe('ACCEPT ALL ALL 10.0.0.0/8\nACCEPT ALL ALL 172.16.0.0/12');
    expect(policies(ranged([office], { sourceRangesAnnotation }))).toBe(`ACCEPT ALL ALL ${office}`);
  });

  test('are let in to every port: a port that changes is open to them before and after its listener', () => {
    const port = { name: 'a', protocol: 'TCP', port: 443, targetPort: 8080, nodePort: undefined };
    const ports = [port, { ...port, name: 'b', port: 80 }, { ...port, name: 'c', port: 53, protocol: 'UDP' }];
    const annotations = { [annotation.specifyProtocol]: '{"443":{"protocol":["TCP","UDP"]}}' };
    expect(policies(ranged([office], { ports, annotations }))).toBe(`ACCEPT ALL ALL ${office}`);
  });

  test('everybody, by a range of everybody', () => {
    const view = ranged(['0.0.0.0/0']);
    expect([policies(view), malformed(view)]).toEqual(['ACCEPT ALL ALL 0.0.0.0/0', []]);
  });

  test('over IPv6 where the CLB has such an address', () => {
    const annotations = { [annotation.extensiveParameters]: '{"AddressIPVersion":"IPv6FullChain"}' };
    expect(policies(ranged(['2001:db8::/32'], { annotations }))).toBe('ACCEPT ALL ALL 2001:db8::/32');
  });
});

describe('a range', () => {
  test.each([
    ['10.0.0/8', 'it is no range; write one such as 192.0.2.0/24'],
    ['2001:db8::/32', 'it is IPv6, and the CLB of this Service has an IPv4 address'],
    ['0.0.0.7/8', 'it would be every address to the cloud; write a range that does not begin with 0.0.0.0'],
    ['a\n'.repeat(500), 'it is no range'],
  ])('%j lets nobody in, and is named with its position', (wrong, why) => {
    const view = ranged([office, wrong]);
    expect(policies(view)).toBe(`ACCEPT ALL ALL ${office}`);
    expect(malformed(view)).toEqual([expect.stringMatching(/^Correct spec\.loadBalancerSourceRanges\[1\] \("/)]);
    expect(malformed(view)[0]).toContain(why);
    expect(malformed(view)[0]).toContain('It lets nobody in; the other ranges count.');
    expect(malformed(view)[0]?.length).toBeLessThan(300);
  });

  test('in the annotation is named by its position there', () => {
    const told = malformed(read({ sourceRangesAnnotation: `${office}, x` }));
    expect(told[0]).toMatch(
      /^Correct annotation service\.beta\.kubernetes\.io\/load-balancer-source-ranges\[1\] \("x"\):/,
    );
  });

  test.each([undefined, { id: 'sg-1' }])('that is the last one changes nobody who gets in (%j)', (group) => {
    const view = ranged(['x'], {}, group);
    expect([view.wantedGroup, settings(view)]).toEqual([undefined, {}]);
    expect(view.bindings[0]?.incomplete).toMatchObject({ severity: 'Warning', reason: 'SourceRangeMalformed' });
    expect(malformed(view)).toEqual([
      'Correct spec.loadBalancerSourceRanges[0] ("x"): it is no range; write one such as 192.0.2.0/24. No range can ' +
        'be read: a listener that stands lets in whom it let in before, and none is made.',
    ]);
  });

  test('beyond the room of a group lets nobody in, and the first one is named', () => {
    const view = ranged(Array.from({ length: 103 }, (_, at) => `10.0.${at}.0/24`));
    expect(view.wantedGroup?.policies).toHaveLength(100);
    expect(malformed(view)).toEqual([
      'Join ranges: 3 of spec.loadBalancerSourceRanges, from spec.loadBalancerSourceRanges[100] ("10.0.100.0/24") ' +
        'on, let nobody in, because the security group has room for 100 ranges.',
    ]);
  });

  test('of very many wrong ones is told for the first ten, and the rest are counted', () => {
    const told = malformed(ranged(Array.from({ length: 5_000 }, (_, at) => `wrong-${at}`)));
    expect(told).toHaveLength(11);
    expect(told.at(-1)).toContain('4990 more of its entries cannot be used');
  });
});

describe('the CLB that is made', () => {
  test('has the group, once that is known', () => {
    const view = ranged([office], {}, { id: 'sg-1' });
    expect([settings(view), view.bindings[0]?.incomplete]).toEqual([{ securityGroups: ['sg-1'] }, undefined]);
  });

  test.each([
    [undefined, 'Normal'],
    [{ problem: 'The cloud says no.' }, 'Warning'],
  ] as const)('gets no listener while what is known is %j', (group, severity) => {
    const view = ranged([office], {}, group);
    expect(settings(view)).toEqual({});
    expect(view.bindings[0]?.incomplete).toMatchObject({ severity, reason: 'SourceRangesNotApplied' });
  });

  test('keeps its group while that cannot be changed, and the Service is told', () => {
    const view = ranged([office], {}, { id: 'sg-1', problem: 'The cloud says no.' });
    expect([settings(view), view.bindings[0]?.incomplete]).toEqual([{ securityGroups: ['sg-1'] }, undefined]);
    expect(view.findings.map(({ message }) => message)).toEqual([expect.stringContaining('The cloud says no.')]);
  });

  test('is not called wrong for a problem that passes', () => {
    const { findings, notices } = ranged([office], {}, { id: 'sg-1', problem: 'It is busy.', passes: true });
    expect([findings, notices.map(({ reason }) => reason)]).toEqual([[], ['SourceRangesNotApplied']]);
  });

  test('loses it with the last range', () => {
    expect(settings(read({}, { id: 'sg-1' }))).toEqual({ securityGroups: [] });
    expect(settings(read({}))).toEqual({});
  });

  test.each([
    ['sg-a', { securityGroups: ['sg-a'] }, 'FieldWithoutEffect', undefined],
    ['', { securityGroups: [] }, 'FieldWithoutEffect', undefined],
    ['wrong', { securityGroups: ['sg-1'] }, 'AnnotationMalformed', `ACCEPT ALL ALL ${office}`],
  ])('with annotation security-groups %j has %j', (value, wanted, reason, content) => {
    const view = ranged([office], { annotations: { [annotation.securityGroups]: value } }, { id: 'sg-1' });
    expect(settings(view)).toEqual(wanted);
    expect(view.notices.map((one) => one.reason)).toContain(reason);
    expect(view.wantedGroup && policies(view)).toBe(content);
  });

  test('with a wrong annotation and no ranges keeps what it has', () => {
    const annotations = { [annotation.securityGroups]: 'wrong' };
    expect(settings(read({ annotations }, { id: 'sg-1' }))).toEqual({});
  });
});
