import { connect, constants, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import { answer, cut, says } from './answer.ts';
import type { ProxyTarget } from './config.ts';
import { addedFor, clientOf, isSecure, newCookieFor, whyNone } from './forwarded.ts';
import type { ForwardedRequest, ForwardOptions } from './forwarded.ts';
import { hostOf } from './redirection.ts';

/** About one connection, or written as a pseudo header. */
const ofConnection = /^(:.*|connection|host|keep-alive|proxy-connection|transfer-encoding|upgrade)$/;

/** Sends a call on by HTTP/2, as targets that speak gRPC want it, over a connection of its own. */
export async function forwardGrpc(of: ForwardedRequest, options: ForwardOptions): Promise<void> {
  const { rule, upstream, request, response, isOver } = of;
  const how = { isTls: isSecure(rule), isHttp2: true, take: () => undefined };
  const add = (_: ProxyTarget, socket: Socket) => socket;
  const connected = await upstream.connect(clientOf(rule, request), { ...how, add });
  if (!connected || isOver()) {
    connected?.connection.destroy();
    if (!isOver()) answer(response, whyNone(upstream));
    return;
  }
  const { target, connection } = connected;
  const end = upstream.hold(target, () => cut(response));
  response.once('close', end);
  const isAnswered = await exchange(connection, of, options, target);
  upstream.chooser[isAnswered ? 'succeeded' : 'failed'](target);
}

/** Messages of both sides and trailers go through as they come. Resolves as soon as there is an answer, or none. */
function exchange(socket: Socket, of: ForwardedRequest, options: ForwardOptions, target: ProxyTarget) {
  const { request, response } = of;
  const session = connect('http://target', { createConnection: () => socket });
  const call = session.request(headersFor(of, options), { endStream: false });
  return new Promise<boolean>((resolve) => {
    const fail = (why: typeof says.badGateway | typeof says.tooLate) => {
      resolve(false);
      if (!of.isOver()) answer(response, why);
    };
    let isWhole = false;
    call.setTimeout(options.settings.answerTimeoutMs, () => fail(says.tooLate));
    call.once('response', (headers, flags) => {
      isWhole = isLast(flags);
      writeHeaders(of, withCookie(headers, newCookieFor(of, target)), isWhole);
      resolve(true);
      if (!isWhole) call.pipe(response, { end: false });
    });
    call.once('trailers', (trailers: IncomingHttpHeaders) => {
      isWhole = true;
      response.addTrailers(trailers);
    });
    // A call that was cut ends too.
    call.once('end', () => {
      if (isWhole || !socket.destroyed) response.end();
    });
    for (const one of [session, call]) one.on('error', () => fail(says.badGateway));
    call.once('close', () => {
      if (!response.writableEnded) fail(says.badGateway);
      session.destroy();
    });
    response.once('close', () => call.close(constants.NGHTTP2_CANCEL));
    request.pipe(call);
  });
}

const isLast = (flags: number) => (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;

function withCookie(headers: OutgoingHttpHeaders, cookie: string | undefined): OutgoingHttpHeaders {
  if (cookie === undefined) return headers;
  return { ...headers, 'set-cookie': [...[headers['set-cookie'] ?? []].flat().map(String), cookie] };
}

function headersFor({ request, rule }: ForwardedRequest, { listener }: ForwardOptions): OutgoingHttpHeaders {
  const all = Object.entries({ ...request.headers, ...addedFor(request, listener()) });
  const pseudo = {
    ':method': request.method,
    ':path': request.url,
    ':scheme': isSecure(rule) ? 'https' : 'http',
    ':authority': hostOf(request),
  };
  return { ...Object.fromEntries(all.filter(([name]) => !ofConnection.test(name))), ...pseudo };
}

function writeHeaders({ response }: ForwardedRequest, headers: OutgoingHttpHeaders, isWhole: boolean): void {
  response.statusCode = Number(headers[':status'] ?? 502);
  const shown = Object.entries(headers).filter(([name]) => !ofConnection.test(name));
  for (const [name, value] of shown) if (value !== undefined) response.setHeader(name, value);
  // An error of gRPC may be headers alone: its client then looks for the status nowhere else.
  if (isWhole) response.end();
  else response.flushHeaders();
}
