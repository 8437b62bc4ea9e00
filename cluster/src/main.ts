import type { Command } from './commands/arguments.ts';
import { parseCommand } from './commands/arguments.ts';
import { pinKubernetes } from './binaries/pin.ts';
import { UnfitMachine } from './checks/all.ts';
import { become } from './commands/become.ts';
import type { Context } from './commands/context.ts';
import { requireCluster } from './commands/context.ts';
import { down } from './commands/down.ts';
import { status } from './commands/status.ts';
import { up, upAttached } from './commands/up.ts';
import { helpText } from './commands/help.ts';
import { surroundingsFrom } from './surroundings.ts';
import { stopOnSignals } from '@clb-direct/shared/runtime/command-line/stop-on-signals.ts';
import { UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';

async function perform(command: Command, context: Context): Promise<number> {
  switch (command.kind) {
    case 'help':
      console.log(helpText(command.topic));
      return 0;
    case 'up':
      return command.attach ? upAttached(command.request, context) : up(command.request, context);
    case 'down':
      return down(command.name, context);
    case 'status':
      return status(command.name, command.json, context);
    case 'load':
      return load(command, context);
    case 'pin':
      await pinKubernetes({ version: command.version, env: context.surroundings.env, ...context });
      return 0;
    case 'exec': {
      const cluster = requireCluster(command.name, context);
      const env = { KUBECONFIG: cluster.kubeconfig, ...context.surroundings.env };
      return become(cluster.commandIn(command.place, command.command), env);
    }
    case 'kubectl':
      return kubectl(command, context);
  }
}

function kubectl(command: Extract<Command, { kind: 'kubectl' }>, context: Context): Promise<number> {
  const cluster = requireCluster(command.name, context, '--cluster');
  return become(cluster.kubectlCommand(command.args), context.surroundings.env);
}

async function load(command: Extract<Command, { kind: 'load' }>, context: Context): Promise<number> {
  const cluster = requireCluster(command.name, context);
  for (const archive of command.archives) {
    const names = await cluster.load(archive, context.signal);
    context.say(`loaded ${names.join(', ')} from ${archive}`);
  }
  return 0;
}

function explain(error: unknown): { code: number; text: string } {
  if (error instanceof UsageError) return { code: 2, text: `${error.message}; see ./scripts/cluster --help` };
  if (error instanceof UnfitMachine) return { code: 3, text: error.message };
  return { code: 1, text: error instanceof Error ? error.message : String(error) };
}

async function main(): Promise<number> {
  const stopped = stopOnSignals(['SIGINT', 'SIGTERM', 'SIGHUP']);
  let say = (line: string) => console.error(line);
  try {
    const command = parseCommand(process.argv.slice(2), process.env['CLB_DIRECT_CLUSTER']);
    if ('name' in command || command.kind === 'up') {
      const name = command.kind === 'up' ? command.request.name : command.name;
      say = (line) => console.error(line.replaceAll(/^/gm, `cluster ${name}: `));
    }
    return await perform(command, { surroundings: surroundingsFrom(process.env), say, signal: stopped.signal });
  } catch (error) {
    const { code, text } = explain(error);
    say(text);
    return stopped.exitCode() ?? code;
  }
}

process.exitCode = await main();
