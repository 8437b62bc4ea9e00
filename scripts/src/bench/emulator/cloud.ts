// The emulator of the benchmark, with a TCP and an HTTP listener; says so when both carry traffic. Argument: JSON.
import { connectSdk, waitForTask } from '@clb-direct/emulator/testing/test-emulator.ts';
import { startEmulator } from '@clb-direct/emulator/emulator.ts';

/** Where it listens and what it sends to. */
export interface Cloud {
  vip: string;
  tcpPort: number;
  httpPort: number;
  targets: { ip: string; port: number }[];
}

const { vip, tcpPort, httpPort, targets } = JSON.parse(process.argv[2] ?? '{}') as Cloud;
const LoadBalancerId = 'lb-bench0001';
const emulator = await startEmulator({
  credentials: { 'local-id': { secretKey: 'local-key' } },
  loadBalancers: [{ id: LoadBalancerId, name: 'bench', vip, vpcId: 'vpc-local001' }],
  forwarding: 'nftables',
  ratePerSecond: 10_000,
  report: (problem) => console.error(problem),
});
const sdk = connectSdk(emulator.apiPort);
const Targets = targets.map(({ ip, port }) => ({ EniIp: ip, Port: port }));
const HealthCheck = { HealthSwitch: 0 };

async function done<T extends { RequestId?: string | undefined }>(call: Promise<T>): Promise<T> {
  const answer = await call;
  const { Status, Message } = await waitForTask(sdk, answer.RequestId);
  if (Status !== 0) throw new Error(Message);
  return answer;
}
const listen = async (Protocol: string, port: number, more: object) => {
  const { ListenerIds } = await done(sdk.CreateListener({ LoadBalancerId, Ports: [port], Protocol, ...more }));
  return { LoadBalancerId, ListenerId: ListenerIds?.[0] ?? '' };
};

const tcp = await listen('TCP', tcpPort, { HealthCheck });
await done(sdk.RegisterTargets({ ...tcp, Targets }));
const http = await listen('HTTP', httpPort, {});
const place = { Domain: vip, Url: '/' };
await done(sdk.CreateRule({ ...http, Rules: [{ ...place, HealthCheck }] }));
await done(sdk.RegisterTargets({ ...http, ...place, Targets }));
console.log('ready');
process.once('SIGTERM', () => {
  void emulator.close().finally(() => process.exit());
});
