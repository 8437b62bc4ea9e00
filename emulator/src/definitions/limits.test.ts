import { expect, test } from '@jest/globals';
import { definitions } from './definitions.ts';
import { limitedFields, limitOf } from './limits.ts';

test('every limit is one of a field that exists', () => {
  const lost = limitedFields().filter(
    ([structure, field]) => !definitions.get(structure)?.some(({ name }) => name === field),
  );
  expect(lost).toEqual([]);
});

/** Written down a second time, from the API's documentation and not from the table. */
test.each<[string, string, 'items' | 'range' | 'length', [number, number]]>([
  ['CreateLoadBalancerRequest', 'LoadBalancerName', 'length', [1, 80]],
  ['CreateLoadBalancerRequest', 'Number', 'range', [1, 20]],
  ['CreateLoadBalancerRequest', 'Tags', 'items', [0, 20]],
  ['CreateLoadBalancerRequest', 'ClientToken', 'length', [0, 64]],
  ['DescribeLoadBalancersRequest', 'LoadBalancerIds', 'items', [0, 20]],
  ['DescribeLoadBalancersRequest', 'Limit', 'range', [1, 100]],
  ['DescribeLoadBalancersRequest', 'Filters', 'items', [0, 10]],
  ['Filter', 'Values', 'items', [0, 100]],
  ['DeleteLoadBalancerRequest', 'LoadBalancerIds', 'items', [1, 20]],
  ['SetLoadBalancerSecurityGroupsRequest', 'SecurityGroups', 'items', [0, 50]],
  ['DescribeAsyncJobsRequest', 'MaxResults', 'range', [1, 100]],
  ['CreateListenerRequest', 'Ports', 'items', [1, 49]],
  ['CreateListenerRequest', 'Ports', 'range', [1, 65535]],
  ['CreateListenerRequest', 'SessionExpireTime', 'range', [0, 3600]],
  ['CreateListenerRequest', 'IdleConnectTimeout', 'range', [10, 1980]],
  ['CreateListenerRequest', 'RescheduleStartTime', 'range', [0, 3600]],
  ['CreateListenerRequest', 'RescheduleInterval', 'range', [0, 3600]],
  ['ModifyListenerRequest', 'IdleConnectTimeout', 'range', [10, 1980]],
  ['DescribeListenersRequest', 'ListenerIds', 'items', [0, 100]],
  ['DeleteLoadBalancerListenersRequest', 'ListenerIds', 'items', [0, 20]],
  ['RuleInput', 'Url', 'length', [1, 200]],
  ['RuleInput', 'Domain', 'length', [1, 80]],
  ['RuleInput', 'SessionExpireTime', 'range', [0, 86_400]],
  ['HealthCheck', 'TimeOut', 'range', [2, 60]],
  ['HealthCheck', 'IntervalTime', 'range', [2, 300]],
  ['HealthCheck', 'HealthNum', 'range', [2, 10]],
  ['HealthCheck', 'UnHealthNum', 'range', [2, 10]],
  ['HealthCheck', 'HttpCode', 'range', [1, 31]],
  ['HealthCheck', 'CheckPort', 'range', [-1, 65535]],
  ['HealthCheck', 'SendContext', 'length', [0, 500]],
  ['HealthCheck', 'RecvContext', 'length', [0, 500]],
  ['RegisterTargetsRequest', 'Targets', 'items', [1, 20]],
  ['DeregisterTargetsRequest', 'Targets', 'items', [1, 20]],
  ['BatchRegisterTargetsRequest', 'Targets', 'items', [1, 500]],
  ['BatchDeregisterTargetsRequest', 'Targets', 'items', [1, 500]],
  ['BatchModifyTargetWeightRequest', 'ModifyList', 'items', [1, 100]],
  ['BatchModifyTargetTagRequest', 'ModifyList', 'items', [1, 500]],
  ['RsWeightRule', 'Targets', 'items', [1, 50]],
  ['RsWeightRule', 'Weight', 'range', [0, 100]],
  ['Target', 'Weight', 'range', [0, 100]],
  ['BatchTarget', 'Weight', 'range', [0, 100]],
  ['ModifyTargetWeightRequest', 'Weight', 'range', [0, 100]],
  ['ModifyTargetPortRequest', 'NewPort', 'range', [1, 65535]],
  ['DescribeTargetsRequest', 'ListenerIds', 'items', [0, 20]],
  ['DescribeTargetHealthRequest', 'LoadBalancerIds', 'items', [1, 30]],
])('%s.%s has %s %j', (structure, field, kind, bounds) => {
  expect(limitOf(structure, field)[kind]).toEqual(bounds);
});
