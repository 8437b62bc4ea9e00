import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** The emulated cloud behind one that refuses uploads of certificates with answers that repeat the request. */
export interface RepeatingCloud {
  readonly port: number;
  /** How many ways it has to refuse; what comes after these is held. */
  readonly ways: number;
  /** What was asked to be uploaded. */
  uploads(): readonly string[];
  answers(): readonly string[];
  isHolding(): boolean;
  close(): Promise<void>;
}

type Answer = readonly [number, string, string];

const json = (body: object): Answer => [200, 'application/json', JSON.stringify(body)];
const refusal = (Code: string, Message: string) => json({ Response: { Error: { Code, Message }, RequestId: 'req-1' } });

const ways: readonly ((request: string) => Answer)[] = [
  (request) => refusal('InternalError', `Not now: ${request}`),
  (request) => [502, 'text/html', `<html><body>Bad gateway ${request}</body></html>`],
  (request) => [200, 'application/json', request],
  (request) => json({ Response: { RequestId: 'req-1', Request: request } }),
  (request) => refusal('FailedOperation.CertificateInvalid', `The parameters are ${request}`),
];

export async function startRepeatingCloud(emulatorPort: number): Promise<RepeatingCloud> {
  const uploads: string[] = [];
  const answers: string[] = [];
  let isHolding = false;

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(incoming);
    if (incoming.headers['x-tc-action'] !== 'UploadCertificate') {
      await pass(incoming, body, response);
      return;
    }
    const way = ways[uploads.length];
    uploads.push(body);
    if (way === undefined) {
      isHolding = true;
      return;
    }
    // The key first: a long answer is cut.
    const [status, type, said] = way(body.slice(body.indexOf('CertificatePrivateKey')));
    answers.push(said);
    response.writeHead(status, { 'content-type': type }).end(said);
  }
  async function pass({ url, headers }: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
    const names = Object.entries(headers).filter(([name]) => /^(authorization|content-type|host|x-tc-.+)$/.test(name));
    const answered = await fetch(`http://127.0.0.1:${emulatorPort}${url ?? '/'}`, {
      method: 'POST',
      headers: Object.fromEntries(names) as Record<string, string>,
      body,
    });
    response.writeHead(answered.status, { 'content-type': 'application/json' }).end(await answered.text());
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    ways: ways.length,
    uploads: () => uploads,
    answers: () => answers,
    isHolding: () => isHolding,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
