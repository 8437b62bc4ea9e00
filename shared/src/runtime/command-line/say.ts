import { longestMessage, safeText } from '../../domain/safe-text.ts';

const startedMs = Date.now();

/** Prints a line of progress with the seconds since the command started. Others may have written parts of it. */
export function say(line: string, longest = longestMessage): void {
  process.stdout.write(`[${((Date.now() - startedMs) / 1000).toFixed(1).padStart(6)} s] ${safeText(line, longest)}\n`);
}
