import { existsSync } from 'node:fs';

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is: in CHROMIUM, or where systems put it; an error says how to get it. */
export function findChromium(env: Readonly<Record<string, string | undefined>>): string {
  const places = env['CHROMIUM'] ? [env['CHROMIUM']] : usual;
  const found = places.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(`no Chromium in ${places.join(' or ')}: apt-get install chromium, or set CHROMIUM to its path`);
}
