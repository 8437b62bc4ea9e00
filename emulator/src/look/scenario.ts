import { makeListeners, startTestEmulator, waitForTask, type TestEmulator } from '../testing/test-emulator.ts';

export const LoadBalancerId = 'lb-local001';
/** What a page that does not escape would run. */
export const evilName = '<img src=x onerror="window.isFooled = true">';

export interface Scene {
  emulator: TestEmulator;
  /** Registers one more target of the first listener. */
  register: (ip: string) => Promise<unknown>;
}

async function addRules({ sdk }: TestEmulator): Promise<void> {
  const made = await sdk.CreateListener({ LoadBalancerId, Ports: [8080], Protocol: 'HTTP', ListenerNames: ['web'] });
  await waitForTask(sdk, made.RequestId);
  const ListenerId = made.ListenerIds?.[0] ?? '';
  const Rules = [{ Domain: 'shop.example', Url: '/api' }];
  const rules = await sdk.CreateRule({ LoadBalancerId, ListenerId, Rules });
  await waitForTask(sdk, rules.RequestId);
  const LocationId = rules.LocationIds?.[0] ?? '';
  const Targets = [4, 5].map((last) => ({ ListenerId, LocationId, EniIp: `10.64.0.${last}`, Port: 3000, Weight: 20 }));
  await sdk.BatchRegisterTargets({ LoadBalancerId, Targets });
}

async function fill(emulator: TestEmulator): Promise<Scene['register']> {
  const { sdk } = emulator;
  const [ListenerId = ''] = await makeListeners(sdk, { ports: [443] });
  const bind = (EniIp: string, Weight = 10) =>
    sdk.BatchRegisterTargets({ LoadBalancerId, Targets: [{ ListenerId, EniIp, Port: 8443, Weight }] });
  await bind('10.64.0.2');
  await bind('10.64.0.3', 0);
  await bind('10.64.1.2');
  await addRules(emulator);
  return (ip) => bind(ip);
}

/** An emulator with a bit of everything: layers 4 and 7, a draining target, a dead one, one that is not judged. */
export async function openScene(): Promise<Scene> {
  const emulator = await startTestEmulator({
    healthRules: [
      { range: '10.64.1.0/24', health: 'Dead' },
      { range: '10.64.0.0/16', health: 'Alive' },
    ],
  });
  try {
    return { emulator, register: await fill(emulator) };
  } catch (error) {
    await emulator.close();
    throw error;
  }
}
