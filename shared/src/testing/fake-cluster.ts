import { connectKube } from '../kube/client/connect-kube.ts';
import type { KubeApi } from '../kube/client/kube-api.ts';
import { createLogger } from '../runtime/logger.ts';
import { startFakeApiServer, type FakeApiServer } from './fake-api-server.ts';

/** A fake API server, a client of it, and the signal under which a test's work runs. */
export interface FakeCluster {
  readonly server: FakeApiServer;
  readonly api: KubeApi;
  readonly stop: AbortController;
  /** Aborts the work first. */
  close(): Promise<void>;
}

export async function openFakeCluster(): Promise<FakeCluster> {
  const log = createLogger({ program: 'test', level: 'silent' });
  const server = await startFakeApiServer();
  const api = await connectKube({ kubeconfigPath: server.kubeconfigPath, userAgent: 'test', log });
  const stop = new AbortController();
  return {
    server,
    api,
    stop,
    async close() {
      stop.abort();
      await api.close();
      await server.close();
    },
  };
}
