import { callsSince, newestCall } from '../clb.ts';
import { until } from '../until.ts';

/** Does something, and waits until the controller has called that action for it. */
export async function causing(action: string, work: () => Promise<void>): Promise<void> {
  const since = await newestCall();
  await work();
  const calls = async () => (await callsSince(since)).map((call) => `${call.action} ${call.code ?? 'done'}`);
  await until(`${action} to be called`, calls, (seen) => seen.includes(`${action} done`), 60_000);
}
