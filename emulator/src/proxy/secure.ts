import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Certificate, CertificateUse } from '../state/model.ts';
import { peekServerName } from './client-hello.ts';
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

const mostServers = 500;

/** Of the listener, or with SNI of the rules of the domain. */
function useFor(listener: ProxyListener, serverName: string): CertificateUse | null {
  if (!listener.isSni) return listener.certificate;
  return (
    rulesOfHost(listener.rules, serverName).find(({ certificate }) => certificate)?.certificate ?? listener.certificate
  );
}

/** Certificates by id; one that was not given is made, for the name that the client asks for. */
function createMaterials({ listener, certificates, made }: Options) {
  async function keyedOf(id: string, serverName: string) {
    const known = certificates()[id];
    if (known?.privateKey !== undefined) return { cert: known.certificate, key: known.privateKey };
    return made.leafFor(serverName === '' ? 'clb.local' : serverName);
  }
  return async (serverName: string) => {
    const use = useFor(listener(), serverName);
    const ids = use?.certIds ?? ['none'];
    const pairs = await Promise.all(ids.map((id) => keyedOf(id, serverName)));
    const ca = use?.sslMode === 'MUTUAL' ? certificates()[use.caId ?? '']?.certificate : undefined;
    const requestCert = use?.sslMode === 'MUTUAL';
    return {
      requestCert,
      cert: pairs.map(({ cert }) => cert),
      key: pairs.map(({ key }) => key),
      ...(ca ? { ca } : {}),
    };
  };
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

/**
 * Takes TLS off the connections of a TCP_SSL or HTTPS listener. Each set of certificates has a server of its own: of a
 * context that its SNICallback answers, Node takes one certificate only, whatever the client can do.
 */
export function createSecure(options: Options): Secure {
  const { listener, serve, refuse } = options;
  const materialFor = createMaterials(options);
  const servers = new Map<string, Server>();

  function start(material: Awaited<ReturnType<typeof materialFor>>): Server {
    const isHttps = listener().protocol === 'HTTPS';
    const started = createServer({
      ...material,
      // Which clients are refused depends on the domain; the refusal is an HTTP answer.
      rejectUnauthorized: false,
      ...(isHttps ? { ALPNCallback: (of: Offer) => chooseProtocol(listener(), nameOf(of), of.protocols) } : {}),
    });
    started.on('secureConnection', (socket) => {
      socket.on('error', () => socket.destroy());
      (isRefused(listener(), socket) ? refuse : serve)(socket);
    });
    started.on('tlsClientError', () => undefined);
    return started;
  }
  /** One that is replaced goes on with the connections that it has. */
  async function serverFor(serverName: string): Promise<Server> {
    const material = await materialFor(serverName);
    const name = createHash('sha256').update(JSON.stringify(material)).digest('hex');
    const server = servers.get(name) ?? start(material);
    if (servers.size >= mostServers) servers.clear();
    servers.set(name, server);
    return server;
  }
  async function accept(socket: Socket): Promise<void> {
    // Until TLS has the connection, nobody else listens for what goes wrong with it.
    socket.on('error', () => socket.destroy());
    const server = await serverFor(await peekServerName(socket));
    if (!socket.destroyed) server.emit('connection', socket);
  }
  return {
    accept(socket) {
      accept(socket).catch(() => socket.destroy());
    },
    async update() {
      await serverFor('');
    },
  };
}

interface Offer {
  servername?: unknown;
  protocols: string[];
}
