// Servers for traffic tests: each "ip port" that is given answers lines over TCP, and datagrams over UDP, with its own
// IP and the client's address.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

function serve(ip: string, port: number): Promise<unknown> {
  const tcp = createServer((socket) => {
    const answer = `${ip} ${socket.remoteAddress ?? ''}\n`;
    socket
      .on('data', () => socket.write(answer))
      .on('error', (error) => process.stdout.write(`${ip} ${error.message}\n`));
  });
  const udp = createSocket(ip.includes(':') ? 'udp6' : 'udp4');
  udp.on('message', (_, from) => udp.send(`${ip} ${from.address}`, from.port, from.address));
  return Promise.all([
    new Promise<void>((resolve) => tcp.listen({ port, host: ip, backlog: 4096 }, resolve)),
    new Promise<void>((resolve) => udp.bind(port, ip, resolve)),
  ]);
}

const addresses = process.argv.slice(2).map((address) => address.split(' '));
await Promise.all(addresses.map(([ip = '', port]) => serve(ip, Number(port))));
process.stdout.write('ready\n');
