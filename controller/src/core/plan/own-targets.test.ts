import { describe, expect, test } from '@jest/globals';
import { aListener, anObserved, aTarget, clusterId } from '../../testing/builders.ts';
import { markedTag } from '../model/target-tag.ts';
import { emptyMemory, type Memory } from './memory.ts';
import { ownTagIn } from './own-targets.ts';

const target = aTarget({ tag: '' });
const remembered = { ...emptyMemory, registeredFor: new Map([['lbl-1/10.0.0.1:8080', 'uid-web-1']]) };
const own = aTarget({ ip: '10.0.0.2', tag: markedTag(clusterId, 'uid-2') });

describe('a target at a listener that is not ours', () => {
  test.each([
    [markedTag(clusterId, 'uid-2'), 'uid-2'],
    [markedTag('cls-other', 'uid-2'), undefined],
    ['uid-2', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('with tag %p is that of %p', (tag, backendId) => {
    expect(ownTagIn([], { clusterId, memory: emptyMemory })({ ...target, tag })).toBe(backendId);
  });

  test('without a tag is ours if this process registered it, where the cloud has never returned a tag', () => {
    const ownTag = (targets = [target], memory: Memory = remembered) =>
      ownTagIn(targets, { clusterId, memory })(target);
    expect(ownTag()).toBe('uid-web-1');
    expect(ownTag([target], emptyMemory)).toBeUndefined();
    expect(ownTag([target, own])).toBeUndefined();
    expect(ownTag([target], { ...remembered, returnsTags: true })).toBeUndefined();
  });
});

describe('a place that is not ours', () => {
  const name = 'theirs';
  const used = new Map([['lbl-1', ['uid-web']]]);
  const targets = [target, own];

  test('has our targets apart from the others, if an owner uses it', () => {
    const [listener] = anObserved({ listeners: [aListener({ name })], targets, used }).listeners;
    expect(listener).toMatchObject({ isOurs: false, ownerUids: ['uid-web'] });
    expect([...(listener?.targets.values() ?? [])]).toMatchObject([{ ip: '10.0.0.2', tag: 'uid-2' }]);
    expect([...(listener?.others?.values() ?? [])]).toMatchObject([{ ip: '10.0.0.1' }]);
  });

  test('may be a rule', () => {
    const rules = ['loc-1', 'loc-2'].map((locationId) => ({ locationId, domain: '', url: '/', settings: {} }));
    const [listener] = anObserved({
      listeners: [aListener({ name, protocol: 'HTTP', rules })],
      targets: [{ ...own, locationId: 'loc-1' }],
      used: new Map([['lbl-1/loc-1', []]]),
    }).listeners;
    expect(listener?.others).toBeUndefined();
    expect(listener?.rules.map(({ others }) => others?.size)).toEqual([0, undefined]);
    expect(listener?.rules[0]?.targets.size).toBe(1);
  });

  test('is none if the listener is ours', () => {
    const [listener] = anObserved({ listeners: [aListener()], targets, used }).listeners;
    expect(listener?.others).toBeUndefined();
    expect(listener?.targets.size).toBe(2);
  });
});
