// Looks at the admin page in a real Chromium, checks what it does and takes the screenshot of the README:
// npm run look -w emulator [-- --screenshot FILE]
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { checks } from './checks.ts';
import { findChromium } from './find-chromium.ts';
import { LoadBalancerId, openScene, type Scene } from './scenario.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

async function takePicture(page: Page, { emulator }: Scene, path: string): Promise<void> {
  const fault = { kind: 'latency', action: 'DescribeTargetHealth', delayMs: 40, probability: 0.5 };
  await emulator.admin('PUT', '/faults/slow-health', fault);
  for (let count = 0; count < 5; count++) {
    await emulator.sdk.DescribeTargetHealth({ LoadBalancerIds: [LoadBalancerId] });
  }
  await page.reload();
  await page.screenshot({ path, clip: { x: 0, y: 0, width: 1000, height: 900 } });
  await emulator.admin('DELETE', '/faults/slow-health');
  say(`wrote ${path}`);
}

async function look(screenshot: string | undefined): Promise<void> {
  const executablePath = findChromium(process.env);
  const scene = await openScene();
  // Without a sandbox, because it cannot have one as root; nothing is opened but our own page.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1000, height: 900 }, colorScheme: 'light' });
    const url = `http://127.0.0.1:${scene.emulator.adminPort}`;
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(url);
    if (screenshot !== undefined) await takePicture(page, scene, screenshot);
    if (complaints.length > 0) throw new Error(`the browser complains: ${complaints.join('; ')}`);
    for (const [name, check] of checks) {
      await check({ page, scene, url });
      say(`ok  ${name}`);
    }
  } finally {
    await browser.close();
    await scene.emulator.close();
  }
}

const { values } = parseArgs({ options: { screenshot: { type: 'string' } } });
await look(values.screenshot).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
