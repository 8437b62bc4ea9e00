const startedMs = Date.now();

/** Prints a line of progress with the seconds since the command started. */
export function say(line: string): void {
  process.stdout.write(`[${((Date.now() - startedMs) / 1000).toFixed(1).padStart(6)} s] ${line}\n`);
}
