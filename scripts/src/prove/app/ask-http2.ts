import { connect, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import { secureHost } from '../secure-host.ts';
import { durationOf } from './duration-of.ts';
import { readMessage, writeMessage } from './grpc-message.ts';
import { limitMs, type Address, type Tally } from './tally.ts';

const count = 4;

/** Requests of HTTP/2 over TLS, or calls of gRPC: every other one over a connection that is kept. */
export function askHttp2(address: Address, tally: Tally, kind: 'http' | 'grpc') {
  const kept: ClientHttp2Session[] = [];
  const keptFor = (number: number): ClientHttp2Session => {
    const place = number % count;
    const known = kept[place];
    return known === undefined || known.closed || known.destroyed ? (kept[place] = open(address)) : known;
  };
  const ask = async (number: number): Promise<void> => {
    const isKept = number % 2 === 1;
    const session = isKept ? keptFor((number - 1) / 2) : open(address);
    tally.sent += 1;
    try {
      tally.answered(await askOnce(session, number, kind));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      tally.lost({ connection: isKept ? 'kept' : 'new', why });
    } finally {
      if (!isKept) session.close();
    }
  };
  return { ask, end: () => kept.forEach((session) => session.destroy()) };
}

function open({ host, port }: Address): ClientHttp2Session {
  const session = connect(`https://${host}:${port}`, { servername: secureHost, rejectUnauthorized: false });
  // Each request tells of it.
  session.on('error', () => undefined);
  return session;
}

async function askOnce(session: ClientHttp2Session, number: number, kind: 'http' | 'grpc'): Promise<string> {
  const query = `?ms=${durationOf(number)}&id=${number}`;
  const call = {
    ':method': 'POST',
    ':path': `/proof.Echo/Say${query}`,
    'content-type': 'application/grpc',
    te: 'trailers',
  };
  const headers = kind === 'grpc' ? call : { ':path': `/${query}` };
  const stream = session.request({ ':authority': secureHost, ...headers }, { endStream: false });
  stream.setTimeout(limitMs, () => stream.destroy(new Error(`no answer in ${limitMs} ms`)));
  stream.end(kind === 'grpc' ? writeMessage(String(number)) : undefined);
  const { status, grpcStatus, body } = await readWhole(stream);
  if (status !== 200) throw new Error(`status ${String(status)}`);
  if (kind === 'grpc' && grpcStatus !== '0') throw new Error(`gRPC status ${String(grpcStatus)}`);
  const text = kind === 'grpc' ? readMessage(body) : body.toString();
  const answer = JSON.parse(text) as { readonly pod: string; readonly id: string };
  if (answer.id !== String(number)) throw new Error(`the answer is to request ${answer.id}`);
  return answer.pod;
}

async function readWhole(stream: ClientHttp2Stream) {
  const headers: IncomingHttpHeaders = {};
  const note = (some: IncomingHttpHeaders) => void Object.assign(headers, some);
  stream.on('response', note).on('trailers', note);
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  if (stream.rstCode !== 0) throw new Error(`the request was cut with ${stream.rstCode}`);
  const { ':status': status = 0, 'grpc-status': grpcStatus } = headers;
  return { status, grpcStatus, body: Buffer.concat(parts) };
}
