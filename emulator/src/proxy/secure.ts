import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { createSecureContext, createServer, type SecureContext, type Server, type TLSSocket } from 'node:tls';
import type { Certificate, CertificateUse } from '../state/model.ts';
import type { ProxyListener } from './config.ts';
import type { MadeCertificates } from './made-certificates.ts';
import { rulesOfHost } from './match-rule.ts';

/** The TLS side of a listener; what is changed counts for the next handshake and leaves connections alone. */
interface Secure {
  accept: (socket: Socket) => void;
  /** Resolves when new connections are served as the listener says now. */
  update: () => Promise<void>;
}

interface Options {
  listener: () => ProxyListener;
  certificates: () => Readonly<Record<string, Certificate>>;
  made: MadeCertificates;
  serve: (socket: TLSSocket) => void;
  /** Gets connections of clients whose certificate is missing or wrong, where one is asked for. */
  refuse: (socket: TLSSocket) => void;
}

const mostContexts = 500;

/** Of the listener, or with SNI of the rules of the domain. */
function useFor(listener: ProxyListener, serverName: string): CertificateUse | null {
  if (!listener.isSni) return listener.certificate;
  return (
    rulesOfHost(listener.rules, serverName).find(({ certificate }) => certificate)?.certificate ?? listener.certificate
  );
}

/** Certificates by id; one that was not given is made, for the name that the client asks for. */
function createContexts({ listener, certificates, made }: Options) {
  const contexts = new Map<string, SecureContext>();

  async function keyedOf(id: string, serverName: string) {
    const known = certificates()[id];
    if (known?.privateKey !== undefined) return { cert: known.certificate, key: known.privateKey };
    return made.leafFor(serverName === '' ? 'clb.local' : serverName);
  }
  async function materialFor(serverName: string) {
    const use = useFor(listener(), serverName);
    const ids = use?.certIds ?? ['none'];
    const pairs = await Promise.all(ids.map((id) => keyedOf(id, serverName)));
    const ca = use?.sslMode === 'MUTUAL' ? certificates()[use.caId ?? '']?.certificate : undefined;
    return { cert: pairs.map(({ cert }) => cert), key: pairs.map(({ key }) => key), ...(ca ? { ca } : {}) };
  }
  async function contextFor(serverName: string): Promise<SecureContext> {
    const material = await materialFor(serverName);
    const name = createHash('sha256').update(JSON.stringify(material)).digest('hex');
    const context = contexts.get(name) ?? createSecureContext(material);
    if (contexts.size >= mostContexts) contexts.clear();
    contexts.set(name, context);
    return context;
  }
  return { contextFor, materialFor };
}

/** Whether this client may not come in, for want of a certificate. */
function isRefused(listener: ProxyListener, socket: TLSSocket): boolean {
  const use = useFor(listener, nameOf(socket));
  if (use?.sslMode !== 'MUTUAL' || socket.authorized) return false;
  return use.verifyClient === 'ON' || Object.keys(socket.getPeerCertificate()).length > 0;
}

// Node says false where the client names no host, whatever its types say.
const nameOf = ({ servername }: { servername?: unknown }) => (typeof servername === 'string' ? servername : '');

/** HTTP/2 where a rule of the domain has it. */
function chooseProtocol(listener: ProxyListener, serverName: string, offered: readonly string[]): string | undefined {
  const isHttp2 = rulesOfHost(listener.rules, serverName).some(({ http2 }) => http2);
  return (isHttp2 ? ['h2', 'http/1.1'] : ['http/1.1']).find((protocol) => offered.includes(protocol));
}

/** Takes TLS off the connections of a TCP_SSL or HTTPS listener. */
export function createSecure(options: Options): Secure {
  const { listener, serve, refuse } = options;
  const { contextFor, materialFor } = createContexts(options);
  let server: Server | undefined;
  let shape = '';

  const asksClients = () =>
    [listener().certificate, ...listener().rules.map((rule) => rule.certificate)].some(
      (use) => use?.sslMode === 'MUTUAL',
    );
  function start(defaults: Awaited<ReturnType<typeof materialFor>>): Server {
    const isHttps = listener().protocol === 'HTTPS';
    const started = createServer({
      ...defaults,
      requestCert: asksClients(),
      // Which clients are refused depends on the domain; the refusal is an HTTP answer.
      rejectUnauthorized: false,
      SNICallback(serverName, done) {
        contextFor(serverName).then((context) => done(null, context), done);
      },
      ...(isHttps ? { ALPNCallback: (of: Offer) => chooseProtocol(listener(), nameOf(of), of.protocols) } : {}),
    });
    started.on('secureConnection', (socket) => {
      socket.on('error', () => socket.destroy());
      (isRefused(listener(), socket) ? refuse : serve)(socket);
    });
    started.on('tlsClientError', () => undefined);
    return started;
  }

  return {
    accept: (socket) => void server?.emit('connection', socket),
    async update() {
      const defaults = await materialFor('');
      const next = JSON.stringify([defaults, asksClients()]);
      if (next === shape) return;
      shape = next;
      // The old one goes on with the connections that it has.
      server = start(defaults);
    },
  };
}

interface Offer {
  servername?: unknown;
  protocols: string[];
}
