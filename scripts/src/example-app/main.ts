import { hostname } from 'node:os';
import { startExampleServer } from './example-server.ts';

function wholeNumber(name: string, fallback: number): number {
  const text = process.env[name] ?? String(fallback);
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new Error(`${name}: got "${text}", expects a whole number, such as ${fallback}`);
}

const stopDelayMs = wholeNumber('STOP_DELAY_MS', 3_000);
const server = await startExampleServer({
  pod: hostname(),
  port: wholeNumber('PORT', 80),
  startDelayMs: wholeNumber('START_DELAY_MS', 0),
  stopDelayMs,
});
console.log(JSON.stringify({ listening: server.port, pod: hostname() }));
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    console.log(JSON.stringify({ stopping: signal, stopDelayMs }));
    void server.stop();
  });
}
