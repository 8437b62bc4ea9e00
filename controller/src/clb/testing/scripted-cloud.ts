import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the next request of an action gets: a Response's content, an API error, or trouble on the way. */
export type Reply =
  | { readonly response: object }
  | { readonly error: string; readonly message?: string }
  | { readonly status: number; readonly body?: string }
  | 'hang'
  | 'reset';

export interface SeenRequest {
  readonly action: string;
  readonly body: Record<string, unknown>;
  readonly headers: IncomingMessage['headers'];
}

/** A server on loopback with scripted answers; the real SDK talks to it. */
export interface ScriptedCloud {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** The replies to one action in order; the last one stays. */
  replies(action: string, ...replies: (Reply | ((body: Record<string, unknown>) => Reply))[]): void;
  bodiesOf(action: string): Record<string, unknown>[];
  close(): Promise<void>;
}

export async function startScriptedCloud(): Promise<ScriptedCloud> {
  const requests: SeenRequest[] = [];
  const scripts = new Map<string, (Reply | ((body: Record<string, unknown>) => Reply))[]>();

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const action = String(incoming.headers['x-tc-action']);
    const body = JSON.parse(await text(incoming)) as Record<string, unknown>;
    requests.push({ action, body, headers: incoming.headers });
    const script = scripts.get(action) ?? [];
    const next = script.length > 1 ? script.shift() : script[0];
    send(outgoing, (typeof next === 'function' ? next(body) : next) ?? { error: 'InvalidAction', message: action });
  }

  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    replies: (action, ...replies) => void scripts.set(action, replies),
    bodiesOf: (action) => requests.filter((request) => request.action === action).map(({ body }) => body),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(outgoing: ServerResponse, reply: Reply): void {
  if (reply === 'hang') return;
  if (reply === 'reset') {
    outgoing.socket?.resetAndDestroy();
  } else if ('status' in reply) {
    outgoing.writeHead(reply.status).end(reply.body ?? '<html></html>');
  } else {
    const content = 'error' in reply ? { Error: { Code: reply.error, Message: reply.message ?? '' } } : reply.response;
    outgoing.setHeader('content-type', 'application/json');
    outgoing.end(JSON.stringify({ Response: { RequestId: 'req-1', ...content } }));
  }
}
