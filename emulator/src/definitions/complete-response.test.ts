import { expect, test } from '@jest/globals';
import { completeResponse } from './complete-response.ts';
import { definitions } from './definitions.ts';

const complete = (action: string, given: object) => completeResponse(definitions, action, given);

test('what an action leaves out is null where the API may answer null, else empty', () => {
  expect(complete('DescribeTaskStatus', { Status: 2, RequestId: 'id' })).toEqual({
    Status: 2,
    LoadBalancerIds: null,
    Message: null,
    RequestId: 'id',
  });
  expect(complete('BatchRegisterTargets', { RequestId: 'id' })).toEqual({
    FailListenerIdSet: [],
    Message: '',
    RequestId: 'id',
  });
});

test('an empty list stays empty, a null stays null, and lists are completed member by member', () => {
  const given = {
    Listeners: [
      { ListenerId: 'lbl-1', Rules: null, Targets: [] },
      { ListenerId: 'lbl-2', Rules: [], Targets: null },
    ],
    RequestId: 'id',
  };
  expect(complete('DescribeTargets', given)).toEqual({
    Listeners: [
      { ListenerId: 'lbl-1', Protocol: '', Port: 0, Rules: null, Targets: [], EndPort: 0 },
      { ListenerId: 'lbl-2', Protocol: '', Port: 0, Rules: [], Targets: null, EndPort: 0 },
    ],
    RequestId: 'id',
  });
});

test('a structure that is left out is sent with its fields empty; TargetCount comes only when it is asked for', () => {
  const { LoadBalancerSet: [seen] = [] } = complete('DescribeLoadBalancers', { LoadBalancerSet: [{}] }) as {
    LoadBalancerSet?: Record<string, unknown>[];
  };
  expect(seen).toMatchObject({ LoadBalancerId: '', Tags: [], Status: 0, Snat: false, NetworkAttributes: null });
  expect(seen?.['TargetRegionInfo']).toEqual({ Region: '', VpcId: '', NumericalVpcId: 0 });
  expect(seen).not.toHaveProperty('TargetCount');
});
