import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ComponentExit } from '../report.ts';

/** A program that runs as long as the cluster does. */
export interface Component {
  name: string;
  command: readonly string[];
}

export interface SupervisorOptions {
  logDir: string;
  /** Called when a component ends. Returns the pause before the next start in ms, undefined for none. */
  onExit(exit: ComponentExit): number | undefined;
}

/** Starts components, each with a log of its own, and reports when one ends. */
export interface Supervisor {
  start(component: Component): void;
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const start = (component: Component) => {
    const log = join(options.logDir, `${component.name}.log`);
    const ended = (how: string) => {
      const at = new Date().toISOString();
      const restartMs = options.onExit({ component: component.name, how, at, log, lastLines: lastLines(log, 10) });
      if (restartMs !== undefined) setTimeout(() => start(component), restartMs);
    };
    launch(component.command, log, ended);
  };
  return { start };
}

function launch(command: readonly string[], log: string, ended: (how: string) => void): void {
  const [file = '', ...args] = command;
  const output = openSync(log, 'a');
  const child = spawn(file, args, { stdio: ['ignore', output, output] });
  closeSync(output);
  child.once('error', (error) => {
    if (child.pid === undefined) ended(error.message);
  });
  child.once('exit', (code, signal) => ended(code === null ? `signal ${signal ?? 'unknown'}` : `code ${code}`));
}

/** Reads the end of a log, for people who want to know why. */
export function lastLines(path: string, count: number): string[] {
  const text = readFileSync(path, 'utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .map((line) => (line.length > 400 ? `${line.slice(0, 400)}…` : line));
}
