import type { FastifyInstance, FastifyReply } from 'fastify';
import { parseFault, FaultError } from '../../faults/parse-fault.ts';
import { liveScript } from './live-script.ts';
import { readFaultForm } from './read-fault-form.ts';
import { renderLive, renderPage, type PageParts } from './render-page.ts';
import { style } from './style.ts';

/** Nothing but what the page itself has: names that callers choose are shown on it. */
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'";

function sendPage(reply: FastifyReply, markup: string): FastifyReply {
  return reply
    .header('content-security-policy', `${policy}; frame-ancestors 'none'; base-uri 'none'`)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(markup);
}

const formType = 'application/x-www-form-urlencoded';

/** The page for people: what is there, live, and forms that set and remove faults. */
export function addPage(server: FastifyInstance, parts: PageParts): void {
  server.addContentTypeParser(formType, { parseAs: 'string' }, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
  server.get('/', (_request, reply) => sendPage(reply, renderPage(parts)));
  server.get('/page/live', (_request, reply) => sendPage(reply, renderLive(parts).markup));
  server.get('/page/style.css', (_request, reply) => reply.type('text/css').send(style));
  server.get('/page/live.js', (_request, reply) => reply.type('text/javascript').send(liveScript));
  server.post<{ Body: URLSearchParams }>('/page/faults', (request, reply) => {
    const { name, fault } = readFaultForm(request.body);
    try {
      parts.faults.put(name || 'unnamed', parseFault(fault));
      return reply.redirect('/', 303);
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      return sendPage(reply.code(400), renderPage(parts, error.message));
    }
  });
  server.post<{ Body: URLSearchParams }>('/page/faults/remove', (request, reply) => {
    parts.faults.remove(request.body.get('name') ?? '');
    return reply.redirect('/', 303);
  });
}
