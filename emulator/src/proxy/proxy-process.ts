// The proxy in a process of its own, so that traffic and the API do not wait for each other. Started by start-proxy.ts,
// which tells it over the channel between them what to do; it ends when the channel does.
import type { Done, TakenNews, Told } from './messages.ts';
import { createProxy } from './proxy.ts';
import type { ProxySettings } from './upstream.ts';

const proxy = createProxy(JSON.parse(process.argv[2] ?? '{}') as ProxySettings);
let last = Promise.resolve();
const newsMs = 500;

async function apply({ number, config }: Told): Promise<void> {
  const done: Done = { number, problems: await proxy.apply(config) };
  process.send?.(done);
}

process.on('message', (told: Told) => {
  last = last.then(() => apply(told));
});
setInterval(() => {
  const news: TakenNews = { taken: proxy.taken() };
  if (news.taken.length > 0) process.send?.(news);
}, newsMs);
process.once('disconnect', () => process.exit());
// A terminal's Ctrl-C reaches it too: who started it decides when it ends.
process.on('SIGINT', () => undefined);
