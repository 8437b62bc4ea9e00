import { connect, constants, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { expect, test } from '@jest/globals';
import { eventually } from '../testing/test-emulator.ts';
import { makeRule } from '../testing/test-listeners.ts';
import type { Rule } from '../state/model.ts';
import { createMadeCertificates } from './made-certificates.ts';
import { message, startGrpcTarget } from './testing/grpc-target.ts';
import { useTestProxy, vip, withCertificate } from './testing/test-proxy.ts';

const { at, apply, listen, own } = useTestProxy();
const host = 'a.example';

async function serve(more: Partial<Rule>) {
  const rule = makeRule(host, { http2: true, forwardType: 'GRPC', ...more });
  const listener = await listen('HTTPS', [rule], withCertificate('unknown'));
  const session = connect(`https://${vip}:${at.port}`, { rejectUnauthorized: false, servername: host });
  await own(Promise.resolve({ stop: () => session.destroy() }));
  return { session, place: { loadBalancer: at.loadBalancer, listener, rule } };
}

/** A call that is open: what has come of it so far. */
function open(session: ClientHttp2Session, path: string) {
  const headers = { 'content-type': 'application/grpc', te: 'trailers', 'grpc-timeout': '9S' };
  const stream = session.request({ ':method': 'POST', ':path': path, ':authority': host, ...headers });
  const seen = { head: {} as IncomingHttpHeaders, trailers: {} as IncomingHttpHeaders, body: '', isOnlyHead: false };
  stream.on('response', (head, flags) => {
    Object.assign(seen, { head, isOnlyHead: (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0 });
  });
  stream.on('trailers', (trailers: IncomingHttpHeaders) => (seen.trailers = trailers));
  stream.on('data', (part: Buffer) => (seen.body += part.toString('latin1')));
  // The end of the answer is the end of the call, whatever its client still wanted to say.
  stream.on('end', () => stream.end()).on('error', () => undefined);
  const closed = new Promise<typeof seen>((resolve) => stream.once('close', () => resolve(seen)));
  return { stream, seen, closed };
}
const heard = (text: string, { seen }: ReturnType<typeof open>) =>
  eventually(() => Promise.resolve(seen.body === text));
const told = (...texts: string[]) => Buffer.concat(texts.map(message)).toString('latin1');

test('a call goes to its target by HTTP/2: messages both ways while it is open, and trailers at its end', async () => {
  const { target, calls } = await own(startGrpcTarget('one'));
  const { session } = await serve({ targets: [target] });
  const call = open(session, '/echo');
  call.stream.write(message('first'));
  await heard(told('one', 'first'), call);
  call.stream.write(message('second'));
  await heard(told('one', 'first', 'second'), call);
  call.stream.end();
  const { head, trailers } = await call.closed;
  expect(head).toMatchObject({ ':status': 200, 'content-type': 'application/grpc' });
  expect(trailers).toMatchObject({ 'grpc-status': '0', 'grpc-message': 'well done' });
  const sent = { ':method': 'POST', ':scheme': 'http', ':authority': host, te: 'trailers', 'grpc-timeout': '9S' };
  expect(calls[0]).toMatchObject({ ...sent, 'x-forwarded-proto': 'https', 'x-client-proto-ver': 'HTTP/2.0' });
}, 30_000);

test('an error that is headers alone stays headers alone', async () => {
  const { target } = await own(startGrpcTarget('one'));
  const { session } = await serve({ targets: [target] });
  const call = open(session, '/unknown');
  call.stream.end(message('hello'));
  const { head, isOnlyHead } = await call.closed;
  expect([head[':status'], head['grpc-status'], isOnlyHead]).toEqual([200, '12', true]);
}, 30_000);

test('with GRPCS the target is spoken to by TLS, and offered nothing but HTTP/2', async () => {
  const { target, calls } = await own(startGrpcTarget('one', await createMadeCertificates().leafFor('target')));
  const { session } = await serve({ targets: [target], forwardType: 'GRPCS' });
  const call = open(session, '/echo');
  call.stream.end(message('hello'));
  expect(await call.closed).toMatchObject({ body: told('one', 'hello'), trailers: { 'grpc-status': '0' } });
  expect(calls[0]?.[':scheme']).toBe('https');
}, 30_000);

test('calls of one connection come in turn; at weight 0 they live on, and deregistering cuts them', async () => {
  const [a, b] = [await own(startGrpcTarget('a')), await own(startGrpcTarget('b'))];
  const { session, place } = await serve({ targets: [a.target, b.target] });
  const calls = [open(session, '/echo'), open(session, '/echo')];
  const bodies = () => calls.map(({ seen }) => seen.body).toSorted();
  await eventually(() => Promise.resolve(bodies().join() === [told('a'), told('b')].join()));
  const ofA = calls.find(({ seen }) => seen.body === told('a'));
  if (!ofA) throw new Error('no call of a');
  at.store.setWeight({ ...place, target: a.target }, 0);
  await apply();
  ofA.stream.write(message('still here'));
  await heard(told('a', 'still here'), ofA);
  const later = open(session, '/echo');
  await heard(told('b'), later);
  at.store.unbind({ ...place, target: a.target });
  await apply();
  expect((await ofA.closed).trailers).toEqual({});
  expect(later.stream.closed).toBe(false);
}, 30_000);

test('a target that cuts the call is a 502, one that does not answer in time a 504; no target is a 503', async () => {
  const { target } = await own(startGrpcTarget('one'));
  const { session, place } = await serve({ targets: [target] });
  const statusOf = async (path: string) => (await open(session, path).closed).head[':status'];
  expect([await statusOf('/cut'), await statusOf('/hang')]).toEqual([502, 504]);
  at.store.unbind({ ...place, target });
  await apply();
  expect(await statusOf('/echo')).toBe(503);
}, 30_000);

test('an answer that is cut in its middle does not look whole', async () => {
  const { target } = await own(startGrpcTarget('one'));
  const { session } = await serve({ targets: [target] });
  const call = open(session, '/half');
  call.stream.end();
  const { head, trailers } = await call.closed;
  expect([head[':status'], trailers, call.stream.rstCode === constants.NGHTTP2_NO_ERROR]).toEqual([200, {}, false]);
}, 30_000);

test('a client that gives up ends its call at the target', async () => {
  const { target, sockets } = await own(startGrpcTarget('one'));
  const { session } = await serve({ targets: [target] });
  const call = open(session, '/echo');
  await heard(told('one'), call);
  call.stream.close(constants.NGHTTP2_CANCEL);
  await eventually(() => Promise.resolve([...sockets].every(({ destroyed }) => destroyed)));
}, 30_000);
