import type { KubeConfig } from '@kubernetes/client-node';
import type { RequestOptions } from 'node:https';
import { withDeadline } from '../../runtime/deadline.ts';
import type { Log } from '../../runtime/logger.ts';
import { readKubeconfig } from './kubeconfig.ts';

/** Where the API server is and how we prove who we are. */
export interface Credentials {
  readonly server: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsIdentity;
  readonly proxyUrl: string | undefined;
}

export type TlsIdentity = Pick<
  RequestOptions,
  'ca' | 'cert' | 'key' | 'passphrase' | 'rejectUnauthorized' | 'servername'
>;

export interface CredentialSource {
  /** The last good credentials, read again when they are older than a minute. */
  current(): Promise<Credentials>;
  /** The server did not accept them (or we not its certificate): read them again before the next use. */
  distrust(): void;
}

const rereadMs = 60_000;
/** Credential plugins are programs of their own and may hang. */
const readLimitMs = 30_000;
const pauseAfterFailureMs = 5_000;

/** What the client library assumes when it finds nothing. */
const clientsLastGuess = 'http://localhost:8080';
const noConfigFound =
  'no API server is known: run in a pod with a ServiceAccount, or set KUBECONFIG to the path of a kubeconfig file';

/** Whose API server, and as whom. */
export interface KubeconfigChoice {
  /** Absent: $KUBECONFIG, ~/.kube/config, or the pod's own ServiceAccount. */
  readonly kubeconfigPath?: string | undefined;
  /** Absent: the kubeconfig's current context. */
  readonly context?: string | undefined;
}

/** Loads the first credentials, so that a wrong kubeconfig fails at start. */
export async function openCredentials(options: KubeconfigChoice & { log: Log }): Promise<CredentialSource> {
  const { log } = options;
  let config = loadConfig(options);
  let known = await read(config);
  let rereadAt = performance.now() + rereadMs;
  let isDistrusted = false;
  let reading: Promise<void> | undefined;

  async function reread(): Promise<void> {
    try {
      if (isDistrusted || !hasPlugin(config)) config = loadConfig(options);
      known = await read(config);
      isDistrusted = false;
      rereadAt = performance.now() + rereadMs;
    } catch (error) {
      rereadAt = performance.now() + pauseAfterFailureMs;
      log.warn({ err: error }, 'credentials cannot be read, the last good ones stay in use');
    }
  }

  async function current(): Promise<Credentials> {
    if (performance.now() >= rereadAt) {
      reading ??= reread().finally(() => (reading = undefined));
      await reading;
    }
    return known;
  }

  function distrust(): void {
    if (isDistrusted) return;
    isDistrusted = true;
    rereadAt = 0;
  }

  return { current, distrust };
}

function loadConfig({ kubeconfigPath: path, context }: KubeconfigChoice): KubeConfig {
  const config = readKubeconfig(path);
  if (context !== undefined) useContext(config, context, path ?? 'the kubeconfig');
  const server = config.getCurrentCluster()?.server;
  if (server === undefined)
    throw new Error(`${path ?? 'the kubeconfig'} names no current cluster: set its current-context`);
  if (path === undefined && server === clientsLastGuess) throw new Error(noConfigFound);
  return config;
}

function useContext(config: KubeConfig, context: string, where: string): void {
  if (config.getContextObject(context) === null) {
    const known = config.getContexts().map(({ name }) => name);
    throw new Error(`${where} has no context "${context}"; it has ${known.join(', ') || 'none'}`);
  }
  config.setCurrentContext(context);
}

/** A plugin keeps its token for as long as it is valid, but only inside its own KubeConfig. */
function hasPlugin(config: KubeConfig): boolean {
  return config.getCurrentUser()?.exec !== undefined;
}

async function read(config: KubeConfig): Promise<Credentials> {
  const options: RequestOptions = {};
  await withDeadline({ ms: readLimitMs }, () => config.applyToHTTPSOptions(options));
  const { ca, cert, key, passphrase, rejectUnauthorized, servername } = options;
  const tls = { ca, cert, key, passphrase, rejectUnauthorized, servername };
  const cluster = config.getCurrentCluster();
  return {
    server: new URL(cluster?.server ?? ''),
    headers: headersOf(options),
    tls: Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined)),
    proxyUrl: cluster?.proxyUrl,
  };
}

function headersOf(options: RequestOptions): Record<string, string> {
  const headers = Object.entries(options.headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    String(value).trim(),
  ]);
  const basic = options.auth ? { authorization: `Basic ${Buffer.from(options.auth).toString('base64')}` } : {};
  return { ...basic, ...(Object.fromEntries(headers) as Record<string, string>) };
}
