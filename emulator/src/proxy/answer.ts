import type { ServerResponse } from 'node:http';

/** Answers in the proxy's own name. */
export function answer(response: ServerResponse, status: number, reason: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const page = `<html><head><title>${status} ${reason}</title></head><body><h1>${status} ${reason}</h1><hr>stgw</body></html>\n`;
  response.writeHead(status, { 'content-type': 'text/html', 'content-length': Buffer.byteLength(page) }).end(page);
}
