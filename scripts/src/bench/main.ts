import { parseCommandLine } from './command-line.ts';
import { benchEmulator } from './emulator/bench-emulator.ts';
import { benchRollout } from './rollout/bench-rollout.ts';
import { benchWebhook } from './webhook/bench-webhook.ts';
import { runProgram } from '../run-program.ts';
import { unlessStopped } from '@clb-direct/shared/runtime/command-line/stop-on-signals.ts';

const usage = `Usage: ./scripts/bench webhook|emulator|rollout [--rounds N] [--seconds N] [--pods N]

webhook: compares in one run, on one core each, reviews answered by the webhook as it is shipped, by a bare node:https
server that does the same JSON work, and by a webhook written in Go with controller-runtime. Needs Linux, two cores,
taskset and Go. Exit code 1 when the goals are missed by far.

emulator: requests a second, and the latency that is added, by a TCP and an HTTP listener of the emulator against going
direct, in network namespaces of its own. Needs Linux, root, nftables and conntrack. Exit code 1 when a request is lost.

rollout: calls of the CLB API by action that one rolling update of the documents' example costs, in a cluster of its
own, and how long gates and drains waited. Needs root. Exit code 1 when a goal is missed or a request is lost.

Everything stays on this machine. The last line is one JSON object.

  --rounds N    how often each is measured, in turn (default: 7, rollout 3; with fewer there is no verdict)
  --seconds N   how long each time (default: 3); not for rollout
  --pods N      how many pods are replaced (default: 30); for rollout`;

const benches = { webhook: benchWebhook, emulator: benchEmulator, rollout: benchRollout };

async function main(): Promise<number> {
  const asked = parseCommandLine(process.argv.slice(2));
  if (asked.kind === 'help') {
    console.log(usage);
    return 0;
  }
  return unlessStopped(async (signal) => ((await benches[asked.kind]({ ...asked, signal })) ? 0 : 1));
}

await runProgram('scripts/bench', main);
