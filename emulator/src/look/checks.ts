import { strict as assert } from 'node:assert';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { refusalOf } from '../testing/test-emulator.ts';
import { evilName, type Scene } from './scenario.ts';

interface Look {
  page: Page;
  scene: Scene;
  url: string;
}

const waitMs = 15_000;

const until = (page: Page, text: string) => page.getByText(text).first().waitFor({ timeout: waitMs });

async function faultsOf({ scene }: Look) {
  return (await scene.emulator.admin<{ faults: object }>('GET', '/faults')).body.faults;
}

async function showsAndEscapes({ page, scene }: Look): Promise<void> {
  await scene.emulator.sdk.CreateLoadBalancer({ LoadBalancerType: 'OPEN', LoadBalancerName: evilName });
  for (const text of ['10.64.0.2:8443', 'shop.example/api', 'Alive', 'Dead', 'BatchRegisterTargets', evilName]) {
    await until(page, text);
  }
  assert.equal(await page.evaluate('window.isFooled'), undefined);
  assert.equal(await page.locator('#live img').count(), 0);
}

async function followsWithoutReloading({ page, scene }: Look): Promise<void> {
  await page.evaluate('window.wasHere = true');
  await scene.register('10.64.0.77');
  await until(page, '10.64.0.77:8443');
  assert.equal(await page.evaluate('window.wasHere'), true);
}

async function setsAFault({ page, scene }: Look): Promise<void> {
  await page.locator('summary', { hasText: 'api-error' }).click();
  const form = page.locator('form.fault', { has: page.locator('input[value="api-error"][name="kind"]') });
  await form.locator('[name="name"]').fill('quota trouble');
  await form.locator('[name="action"]').fill('DescribeQuota');
  await form.locator('[name="code"]').fill('InternalError');
  await form.getByRole('button').click();
  await until(page, 'action: DescribeQuota, code: InternalError');
  assert.equal((await refusalOf(scene.emulator.sdk.DescribeQuota())).code, 'InternalError');
  await page.locator('tr', { hasText: 'quota trouble' }).locator('td', { hasText: /^1$/ }).waitFor({ timeout: waitMs });
}

async function takesItBack(look: Look): Promise<void> {
  await look.page.getByRole('button', { name: 'Take back' }).click();
  await until(look.page, 'Nothing goes wrong on purpose.');
  assert.deepEqual(await faultsOf(look), {});
}

async function saysWhatIsWrong({ page, url }: Look): Promise<void> {
  await page.locator('summary', { hasText: 'latency' }).click();
  const form = page.locator('form.fault', { has: page.locator('input[value="latency"][name="kind"]') });
  await form.locator('[name="delayMs"]').fill('long');
  await form.getByRole('button').click();
  await until(page, 'delayMs: got "long", expects milliseconds from 1');
  await page.goto(url);
}

/** A page of another origin that sends a form here as soon as it is open. */
async function refusesForeignForms(look: Look): Promise<void> {
  const form = `<form method="post" action="${look.url}/page/faults"><input name="kind" value="down"></form>`;
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end(`${form}<script>document.forms[0].submit()</script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const answer = look.page.waitForResponse((response) => response.url().startsWith(look.url));
    await look.page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    assert.equal((await answer).status(), 403);
    assert.deepEqual(await faultsOf(look), {});
  } finally {
    server.closeAllConnections();
    server.close();
  }
  await look.page.goto(look.url);
}

async function saysWhenNothingAnswers({ page, scene }: Look): Promise<void> {
  await scene.emulator.close();
  await until(page, 'The emulator does not answer');
}

/** What has to be seen, in order. */
export const checks: readonly [string, (look: Look) => Promise<void>][] = [
  ['shows what is there, and names as text', showsAndEscapes],
  ['follows without reloading', followsWithoutReloading],
  ['sets a fault by its form and counts its hits', setsAFault],
  ['takes the fault back', takesItBack],
  ['says what is wrong with a form', saysWhatIsWrong],
  ['refuses forms of other sites', refusesForeignForms],
  ['says when the emulator does not answer', saysWhenNothingAnswers],
];
