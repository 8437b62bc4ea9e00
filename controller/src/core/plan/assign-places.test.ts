import { describe, expect, test } from '@jest/globals';
import { aListener, anObserved, anOwner, aPort, claimOf, clusterId, someFacts } from '../../testing/builders.ts';
import type { ListenerAnswer } from '../model/clb-port.ts';
import { describePlace } from '../model/place.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { isKind } from '../model/step.ts';
import { groupOfListener, listenerName } from './listener-name.ts';
import { planChanges } from './plan.ts';

/** What becomes of the places on a CLB, with no pods behind them. */
function match(owners: readonly OwnerView[], listeners: readonly ListenerAnswer[]) {
  const observed = anObserved({ listeners });
  const { bound, steps, conflicts } = planChanges(someFacts({ claims: owners.map(claimOf), observed }));
  const used = new Set(bound.map(({ id }) => id.listenerId));
  const leftovers = observed.listeners.filter(({ id, isOurs }) => isOurs && !used.has(id));
  const nameOf = ({ namespace, name }: { namespace: string; name: string }) => `${namespace}/${name}`;
  return {
    bound: bound.map(({ binding, id }) => `${nameOf(binding.owner)} ${id.listenerId}`),
    create: steps
      .filter(isKind('create-listener'))
      .map(({ name, place }) => `${groupOfListener(name, clusterId)} ${describePlace(place)}`),
    conflicts: conflicts.map(({ binding }) => `${nameOf(binding.owner)} ${describePlace(binding.place)}`),
    leftovers: leftovers.map(({ id, ownerUids }) => `${ownerUids.join()} ${id}`),
    messages: conflicts.map(({ finding }) => finding.message),
  };
}

const nothing = { bound: [], create: [], conflicts: [], leftovers: [], messages: [] };
const older = anOwner({ name: 'older', createdAtMs: 1 });
const younger = anOwner({ name: 'younger', createdAtMs: 2 });
const ofYounger = aListener({ name: listenerName(clusterId, 'uid-younger') });

describe('bindings and listeners', () => {
  test('a port without a listener gets one', () => {
    expect(match([anOwner()], [])).toEqual({ ...nothing, create: ['uid-web TCP/80'] });
  });

  test('a listener that we made for the Service is bound', () => {
    expect(match([anOwner()], [aListener()])).toEqual({ ...nothing, bound: ['shop/web lbl-1'] });
  });

  test.each([
    [
      'a foreign TCP listener',
      aListener({ name: 'mine' }),
      'listener lbl-1 ("mine", TCP) that clb-direct did not make',
    ],
    ['a foreign HTTPS listener', aListener({ name: 'mine', protocol: 'HTTPS' }), '("mine", HTTPS)'],
    [
      'a listener of the Service from before the cluster id was changed',
      aListener({ name: listenerName('cls-other', 'uid-web') }),
      'made by clb-direct with CLUSTER_ID cls-other; this install has cls-test: set it back, ' +
        'or rename the listener to "clb-direct_cls-test_uid-web" in the CLB console to take it over;',
    ],
    [
      "another cluster's listener",
      aListener({ name: listenerName('cls-other', 'uid-theirs') }),
      "if another cluster has that id, the listener is that cluster's, so leave it;",
    ],
    ['a listener with our mark alone', aListener({ name: 'clb-direct_cls-other_' }), 'did not make'],
    [
      'a listener of a Service that is gone',
      aListener({ name: listenerName(clusterId, 'uid-x') }),
      'for an object that it does not know (its name in the CLB console ends with the UID; if no object has',
    ],
  ])('%s on the port is a conflict and stays as it is', (_, listener, text) => {
    const result = match([anOwner()], [listener]);
    expect(result).toMatchObject({ bound: [], create: [], conflicts: ['shop/web TCP/80'] });
    expect(result.messages[0]).toContain(text);
    expect(result.messages[0]).not.toMatch(/uid-(x|theirs)/);
  });

  test('UDP and TCP have port spaces of their own; QUIC stands in that of UDP', () => {
    const udp = anOwner({ ports: [aPort({ protocol: 'UDP' })] });
    expect(match([udp], [aListener({ name: 'mine' })])).toMatchObject({ create: ['uid-web UDP/80'], conflicts: [] });
    expect(match([udp], [aListener({ name: 'mine', protocol: 'QUIC' })])).toMatchObject({
      create: [],
      conflicts: ['shop/web UDP/80'],
    });
  });

  test('of two Services without a listener the older one gets the port', () => {
    const result = match([younger, older], []);
    expect(result).toMatchObject({ create: ['uid-older TCP/80'], conflicts: ['shop/younger TCP/80'] });
    expect(result.messages[0]).toContain('is held by Service shop/older, which is older');
  });

  test('a younger Service that has the listener keeps it', () => {
    const result = match([younger, older], [ofYounger]);
    expect(result).toMatchObject({ bound: ['shop/younger lbl-1'], conflicts: ['shop/older TCP/80'], leftovers: [] });
    expect(result.messages[0]).toContain('Service shop/younger (listener lbl-1)');
  });

  test('an owner of another namespace is not named, whether it has the listener or is older', () => {
    const stranger = anOwner({ namespace: 'secret', name: 'younger', createdAtMs: 2 });
    const [kept] = match([stranger, older], [ofYounger]).messages;
    expect(kept).toContain('is held by a Service of another namespace (listener lbl-1); nothing was changed there');
    const [lost] = match([anOwner({ namespace: 'secret', name: 'first' }), older], []).messages;
    expect(lost).toContain('is held by a Service of another namespace, which is older; nothing was changed there');
    for (const message of [kept, lost]) expect(message).not.toMatch(/secret|first|younger/);
  });

  test('a changed protocol leaves the old listener over and gets a new one', () => {
    const udp = anOwner({ ports: [aPort({ protocol: 'UDP' })] });
    expect(match([udp], [aListener()])).toMatchObject({ create: ['uid-web UDP/80'], leftovers: ['uid-web lbl-1'] });
  });

  test('a listener of the owner in another protocol over TCP makes room for the one that is wanted', () => {
    const result = match([anOwner()], [aListener({ protocol: 'TCP_SSL' })]);
    expect(result).toMatchObject({
      bound: [],
      create: ['uid-web TCP/80'],
      conflicts: [],
      leftovers: ['uid-web lbl-1'],
    });
  });

  test('a listener of another owner in another protocol makes no room', () => {
    const result = match([younger, older], [{ ...ofYounger, protocol: 'TCP_SSL' }]);
    expect(result).toMatchObject({ bound: [], create: ['uid-younger TCP/80'], conflicts: ['shop/older TCP/80'] });
  });

  test('foreign listeners on other ports are ignored', () => {
    expect(match([], [aListener({ name: 'mine', port: 443 })])).toEqual(nothing);
  });
});
