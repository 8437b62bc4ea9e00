import { createSecureContext, Server, type SecureContext, type TlsOptions } from 'node:tls';
import type { Certificate, CertificateUse } from '../state/model.ts';
import type { ProxyListener } from './config.ts';
import type { MadeCertificates } from './made-certificates.ts';
import { rulesOfHost } from './match-rule.ts';

/** The TLS side of a listener: asked anew for each handshake, so that a changed certificate counts at once. */
export interface Secure {
  options: TlsOptions;
  choose: (serverName: string, done: (error: Error | null, context?: SecureContext) => void) => void;
  /** What clients get that name no host. */
  setDefault: (server: object) => Promise<void>;
}

interface Options {
  listener: () => ProxyListener;
  certificates: () => Readonly<Record<string, Certificate>>;
  made: MadeCertificates;
}

/** Of the listener, or with SNI of the rules of the domain. */
function useFor(listener: ProxyListener, serverName: string): CertificateUse | null {
  if (!listener.isSni) return listener.certificate;
  return (
    rulesOfHost(listener.rules, serverName).find(({ certificate }) => certificate)?.certificate ?? listener.certificate
  );
}

/** Certificates by id; one that nobody has given is made, for the name that the client asks for. */
export function createSecure({ listener, certificates, made }: Options): Secure {
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
    const text = JSON.stringify(material);
    const context = contexts.get(text) ?? createSecureContext(material);
    contexts.set(text, context);
    return context;
  }

  const isMutual = () => {
    const { certificate, rules } = listener();
    return [certificate, ...rules.map((rule) => rule.certificate)].some((use) => use?.sslMode === 'MUTUAL');
  };
  const isOptional = () => listener().certificate?.verifyClient === 'OPTIONAL';
  return {
    options: { requestCert: isMutual(), rejectUnauthorized: isMutual() && !isOptional() },
    async setDefault(server) {
      if (server instanceof Server) server.setSecureContext(await materialFor(''));
    },
    choose(serverName, done) {
      contextFor(serverName).then(
        (context) => done(null, context),
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
  };
}
