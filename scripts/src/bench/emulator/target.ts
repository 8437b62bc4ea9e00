// The target of the emulator's benchmark: answers every request at each address given, ip:port.
import { createServer } from 'node:http';

const server = () =>
  createServer((_, response) => {
    response.setHeader('content-length', 3).end('ok\n');
  });
await Promise.all(
  process.argv.slice(2).map(
    (address) =>
      new Promise<void>((resolve) => {
        const [host = '', port] = address.split(':');
        server().listen({ host, port: Number(port), backlog: 4096 }, resolve);
      }),
  ),
);
console.log('ready');
