import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { plainCluster, startCluster, stopCluster, surroundingsFrom } from '@clb-direct/cluster/cluster.ts';
import { parseCommandLine } from './command-line.ts';
import { askExample, rollOutExample } from './example.ts';
import { downCommand, whatNext } from './hints.ts';
import { say } from '@clb-direct/shared/runtime/command-line/say.ts';
import { prepareMachine } from '../stack/prepare-machine.ts';
import { bringUpStack } from '../stack/stack.ts';
import { runProgram } from '../run-program.ts';
import { stopOnSignals } from '@clb-direct/shared/runtime/command-line/stop-on-signals.ts';

const usage = `Usage: ./scripts/quickstart [--name NAME] | --down

Starts a real Kubernetes on this machine with a CLB beside it, installs clb-direct, applies the documents' example,
shows its rollout live and asks its Service and its Ingress from outside. They name no CLB, so clb-direct makes one for
each in the emulated cloud. Everything stays running until --down.
It needs root; where Go or Node is not in root's PATH: sudo env PATH="$PATH" ./scripts/quickstart

  --name NAME   name of the cluster (default: CLB_DIRECT_CLUSTER, or local)
  --down        removes it all, the CLBs too, but the built programs, which make the next start quick:
                ~/.cache/clb-direct, about 1.3 GB, or clb-direct in XDG_CACHE_HOME`;

const surroundings = surroundingsFrom(process.env);

async function up(name: string, signal: AbortSignal): Promise<void> {
  prepareMachine(surroundings, say);
  const request = { ...plainCluster, name };
  const { cluster } = await startCluster({ request, surroundings, say, signal });
  await bringUpStack({ cluster, say, signal });
  await rollOutExample(cluster, signal);
  const vips = await askExample(cluster, signal);
  console.log(whatNext(name, vips));
}

async function down(name: string): Promise<void> {
  const was = await stopCluster({ name, surroundings, say });
  say(was ? 'everything is gone' : 'nothing was running');
  const { cache } = surroundings.baseDirs;
  if (existsSync(cache)) say(`built programs are kept for the next start; to free their space: rm -r ${cache}`);
}

async function upUnlessStopped(name: string): Promise<number> {
  const stopped = stopOnSignals();
  try {
    await up(name, stopped.signal);
    return 0;
  } catch (error) {
    // Whatever Ctrl-C ended beside us may be seen before the signal itself is.
    await setImmediate();
    const code = stopped.exitCode();
    if (code === undefined) throw error;
    say(`stopped; what runs keeps running: ${downCommand(name)} removes it`);
    return code;
  }
}

async function main(): Promise<number> {
  const asked = parseCommandLine(process.argv.slice(2), process.env['CLB_DIRECT_CLUSTER']);
  if (asked.kind === 'up') return upUnlessStopped(asked.name);
  if (asked.kind === 'help') console.log(usage);
  else await down(asked.name);
  return 0;
}

await runProgram('scripts/quickstart', main);
