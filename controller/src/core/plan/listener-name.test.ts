import { describe, expect, test } from '@jest/globals';
import { clusterId } from '../../testing/builders.ts';
import { groupOfListener, listenerName } from './listener-name.ts';

describe('the name of a listener', () => {
  const uid = '0a3c1a5e-7d3f-4b1e-9d2c-5f6e7a8b9c0d';

  test('fits 60 characters and names the Service', () => {
    const name = listenerName('cls-a1b2c3d4', uid);
    expect(name.length).toBeLessThanOrEqual(60);
    expect(groupOfListener(name, 'cls-a1b2c3d4')).toBe(uid);
  });

  test.each([
    ["another cluster's", listenerName('cls-other', uid)],
    ['a cluster whose id begins like ours', listenerName(`${clusterId}2`, uid)],
    ["TKE's", 'TKE-DEDICATED-LISTENER'],
    ['one without a UID', `clb-direct_${clusterId}_`],
    ['one without a name', ''],
  ])('%s is not ours', (_, name) => {
    expect(groupOfListener(name, clusterId)).toBeUndefined();
  });
});
