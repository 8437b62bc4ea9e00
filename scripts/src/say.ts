const startedMs = Date.now();

/** Tells people what is being done, with the seconds since the command began. */
export function say(line: string): void {
  console.log(`[${((Date.now() - startedMs) / 1000).toFixed(1).padStart(6)} s] ${line}`);
}
