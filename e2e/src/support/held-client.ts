/**
 * Asks on one connection every 100 ms until it ends or an answer takes too long, and then prints how it ended as one
 * JSON line: held-client.ts HOST PORT
 */
import { createConnection } from 'node:net';

const [host = '', port = '80'] = process.argv.slice(2);
const silenceMs = 5_000;
const startedMs = Date.now();
let [answers, answeredMs, askedMs] = [0, startedMs, 0];

const socket = createConnection({ host, port: Number(port) });
const asking = setInterval(() => {
  if (askedMs > answeredMs) {
    if (Date.now() - askedMs > silenceMs) end('silence');
    return;
  }
  askedMs = Date.now();
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
}, 100);

function end(how: string): void {
  clearInterval(asking);
  socket.destroy();
  process.stdout.write(`${JSON.stringify({ answers, heldMs: answeredMs - startedMs, how })}\n`);
  process.exit(0);
}

socket.on('data', () => {
  answers += 1;
  answeredMs = Date.now();
});
socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
socket.on('end', () => end('closed by the server'));
