import { setTimeout as sleep } from 'node:timers/promises';
import { test } from '@jest/globals';
import { besideBystander } from '../support/bystander.ts';
import { addCredentials, addLoadBalancer, forgetCredentials, localClb, withFault } from '../support/clb.ts';
import { kubectl } from '../support/run.ts';

/** Trouble with the cloud that all CLBs have. */
const { expectBystanderUnharmed, start, untilEvent, untilReady } = besideBystander({
  namespace: 'e2e-troubles',
  loadBalancerId: 'lb-bystand1',
  vip: '198.51.100.31',
});

test('Wrong credentials are an event, nothing is harmed, and it recovers when they are correct again.', async () => {
  await addLoadBalancer('lb-creds001', '198.51.100.32');
  const [secretId = '', secretKey = ''] = localClb.controllerCredentials.split(':');
  await forgetCredentials(secretId);
  try {
    await start('creds', 'lb-creds001');
    await untilEvent('creds', 'CredentialsRefused', 'credentials');
    await expectBystanderUnharmed();
  } finally {
    await addCredentials(secretId, secretKey);
  }
  await untilReady('creds', 1);
});

test('An unknown region is an event, and it recovers when the setting is corrected.', async () => {
  await addLoadBalancer('lb-region01', '198.51.100.34');
  const controller = ['-n', 'clb-direct', 'set', 'env', 'deployment/clb-direct-controller'];
  await kubectl([...controller, 'REGION=ap-nowhere']);
  try {
    await start('region', 'lb-region01');
    await untilEvent('region', 'CloudRefused', 'ap-nowhere');
    await expectBystanderUnharmed();
  } finally {
    await kubectl([...controller, 'REGION-']);
  }
  await untilReady('region', 1);
});

test.each([
  ['throttles', { kind: 'throttle' }, 'CloudThrottled', 'lb-throttle'],
  ['is down', { kind: 'down' }, 'CloudUnavailable', 'lb-down0001'],
])(
  'While the API %s for 8 s an event reports it, nothing is harmed, and it recovers.',
  async (_name, fault, reason, loadBalancerId) => {
    const app = loadBalancerId.slice(3);
    await addLoadBalancer(loadBalancerId, app === 'throttle' ? '198.51.100.36' : '198.51.100.37');
    await withFault(reason.toLowerCase(), fault, async () => {
      const startedMs = Date.now();
      await start(app, loadBalancerId);
      await untilEvent(app, reason, 'Could not ');
      await expectBystanderUnharmed();
      await sleep(Math.max(0, 8_000 - (Date.now() - startedMs)));
    });
    await untilReady(app, 1);
  },
);
