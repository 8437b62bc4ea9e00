import { expect, test } from '@jest/globals';
import { aListener, anObserved, anOwner, aTarget, clusterId } from '../../testing/builders.ts';
import { boundTargets } from '../model/observed.ts';
import { listenerName } from '../plan/listener-name.ts';
import { removalWithheld } from './removal-withheld.ts';

const web = anOwner();
const api = anOwner({ namespace: 'other', name: 'api' });
const observed = anObserved({
  listeners: [aListener(), aListener({ id: 'lbl-2', name: listenerName(clusterId, api.uid), port: 81 })],
  targets: [
    aTarget(),
    aTarget({ listenerId: 'lbl-2', ip: '10.0.9.8' }),
    aTarget({ listenerId: 'lbl-2', ip: '10.0.9.9' }),
  ],
});
const all = boundTargets(observed);

test('Each owner on a CLB gets a finding about its own targets only.', () => {
  const text = 'targets stay on for now, because taking them off would leave too little behind them';
  expect(removalWithheld(web, all, observed)?.message).toBe(`1 ${text}: lbl-1/10.0.0.1:8080`);
  expect(removalWithheld(api, all, observed)?.message).toBe(`2 ${text}: lbl-2/10.0.9.8:8080, lbl-2/10.0.9.9:8080`);
});

test('An owner none of whose targets is withheld gets no finding.', () => {
  const others = all.filter(({ listenerId }) => listenerId === 'lbl-2');
  expect(removalWithheld(web, others, observed)).toBeUndefined();
  expect(removalWithheld(web, [], observed)).toBeUndefined();
});
