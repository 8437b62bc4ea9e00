import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Becomes another program, so that signals, standard streams and the exit code are that program's own. */
export function become(command: readonly string[], env: NodeJS.ProcessEnv): never {
  const [program = ''] = command;
  const folders = (env['PATH'] ?? '').split(':');
  const file = folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
  if (file === undefined) throw new Error(`${program} is missing: apt-get install util-linux`);
  if (process.execve === undefined) throw new Error('this Node cannot replace itself by another program: use Node 24');
  return process.execve(file, [...command], env);
}
