import { afterEach, beforeEach, expect } from '@jest/globals';
import { request as send, type IncomingMessage, type RequestOptions } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http2';
import { request as sendTls } from 'node:https';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { CertificateUse, Listener, LoadBalancer, Rule } from '../../state/model.ts';
import { createStore, type Store } from '../../state/store.ts';
import { makeListener, makeLoadBalancer } from '../../testing/test-listeners.ts';
import { planProxy } from '../config.ts';
import { createProxy, type Proxy } from '../proxy.ts';
import { defaultProxySettings, type ProxySettings } from '../upstream.ts';

/** Where the listeners of these tests listen. */
export const vip = '127.0.0.9';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}
export interface Asking extends Omit<RequestOptions, 'headers'> {
  headers?: Record<string, string>;
  body?: string;
  tls?: boolean;
  cert?: string;
  key?: string;
}

/** A free port of the VIP. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, vip, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Sends a request to the VIP. */
export function askAt(port: number, host: string, path = '/', options: Asking = {}): Promise<Answer> {
  const { body, tls, headers, ...rest } = options;
  const all = { host: vip, port, path, agent: false, headers: { host, ...headers }, ...rest } as const;
  return new Promise((resolve, reject) => {
    const call = tls ? sendTls({ ...all, servername: host, rejectUnauthorized: false }) : send(all);
    call.on('error', reject).on('response', (response: IncomingMessage) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString())).on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    call.end(body);
  });
}

/** Who answered. */
const nameIn = ({ body }: Answer) => body.split(' ')[0] ?? '';

/** What a listener or rule shows. */
export const withCertificate = (id: string, more: Partial<CertificateUse> = {}): { certificate: CertificateUse } => ({
  certificate: { sslMode: 'UNIDIRECTIONAL', certIds: [id], caId: null, verifyClient: 'ON', ...more },
});

/** A connection that collects what it receives. */
export function converse(socket: Socket) {
  let heard = '';
  socket.on('data', (data: Buffer) => (heard += data.toString()));
  const ended = new Promise<void>((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  return { say: (text: string) => socket.write(text), heard: () => heard, ended, socket };
}

/** A connection to the VIP that collects what it receives. */
export const openTo = (port: number) => converse(connect(port, vip));

/** A proxy in this process for each test, with one load balancer and the settings given. */
export function useTestProxy(settings: Partial<ProxySettings> = {}) {
  const at = {} as { store: Store; proxy: Proxy; loadBalancer: LoadBalancer; port: number };
  const closers: (() => unknown)[] = [];
  const patience = { ...defaultProxySettings, connectTimeoutMs: 2000, answerTimeoutMs: 500 };
  beforeEach(async () => {
    const store = createStore();
    const loadBalancer = makeLoadBalancer(vip);
    store.putLoadBalancer(loadBalancer);
    Object.assign(at, {
      store,
      loadBalancer,
      port: await freePort(),
      proxy: createProxy({ ...patience, ...settings }),
    });
  });
  afterEach(async () => {
    await at.proxy.close();
    for (const close of closers.splice(0)) await close();
  });

  const apply = async () => expect(await at.proxy.apply(planProxy(at.store))).toEqual([]);
  async function listen(protocol: Listener['protocol'], rules: Rule[], more: Partial<Listener> = {}) {
    const listener = makeListener({ protocol, port: at.port, rules, ...more });
    at.store.addListener(at.loadBalancer, listener);
    await apply();
    return listener;
  }
  return {
    at,
    apply,
    listen,
    /** Ends it when the test ends. */
    own: async <T extends { stop: () => unknown }>(starting: Promise<T>): Promise<T> => {
      const started = await starting;
      closers.push(() => started.stop());
      return started;
    },
    ask: (host: string, path?: string, options?: Asking) => askAt(at.port, host, path, options),
    nameFor: async (host: string, path?: string, options?: Asking) => nameIn(await askAt(at.port, host, path, options)),
  };
}
