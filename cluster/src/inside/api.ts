import { Agent, request } from 'node:https';

/** The few calls that bringing a cluster up needs. */
export interface Api {
  get<T>(path: string): Promise<T>;
  patch(path: string, operations: unknown): Promise<void>;
  /** Creates the object, or makes it what is given. */
  apply(path: string, object: object): Promise<void>;
  close(): void;
}

/** Talks to the API server as its administrator. */
export function createApi(o: { host: string; port: number; token: string; ca: string; signal: AbortSignal }): Api {
  const agent = new Agent({ keepAlive: true, ca: o.ca });
  const call = (method: string, path: string, body?: string, kind = 'json-patch+json') =>
    new Promise<string>((resolve, reject) => {
      const headers = { authorization: `Bearer ${o.token}`, 'content-type': `application/${kind}` };
      const signal = AbortSignal.any([o.signal, AbortSignal.timeout(5000)]);
      const sent = request({ host: o.host, port: o.port, path, method, headers, agent, signal }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('error', reject).on('end', () => {
          const status = response.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve(text);
          else reject(new Error(`${method} ${path}: ${status} ${text.slice(0, 300)}`));
        });
      });
      sent.on('error', reject).end(body);
    });
  return {
    get: async <T>(path: string) => parse(await call('GET', path)) as T,
    patch: async (path, operations) => {
      await call('PATCH', path, JSON.stringify(operations));
    },
    apply: async (path, object) => {
      await call('PATCH', `${path}?fieldManager=clb-direct&force=true`, JSON.stringify(object), 'apply-patch+yaml');
    },
    close: () => agent.destroy(),
  };
}

function parse(text: string): unknown {
  return text === 'ok' ? text : JSON.parse(text);
}
