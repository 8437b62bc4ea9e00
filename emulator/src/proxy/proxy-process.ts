// The proxy in a process of its own, so that traffic and the API do not wait for each other. Started by start-proxy.ts,
// which sends it configurations over the channel between them; it ends when the channel does.
import type { Done, TakenNews, ConfigMessage } from './messages.ts';
import { createProxy } from './proxy.ts';
import type { ProxySettings } from './upstream.ts';

const proxy = createProxy(JSON.parse(process.argv[2] ?? '{}') as ProxySettings);
let last = Promise.resolve();
const newsMs = 500;

async function apply({ number, config }: ConfigMessage): Promise<void> {
  const done: Done = { number, problems: await proxy.apply(config) };
  process.send?.(done);
}

process.on('message', (message: ConfigMessage) => {
  last = last.then(() => apply(message));
});
setInterval(() => {
  const news: TakenNews = { taken: proxy.taken() };
  if (news.taken.length > 0) process.send?.(news);
}, newsMs);
process.once('disconnect', () => process.exit());
// A terminal's Ctrl-C reaches it too: who started it decides when it ends.
process.on('SIGINT', () => undefined);
