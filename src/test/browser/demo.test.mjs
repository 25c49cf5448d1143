// The demonstration and its report in a real browser. CHROMIUM names the browser, by default Debian's.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PATIENCE = 60_000;
let demo;
let url;
let browser;

before(async () => {
  demo = spawn(join(root, 'failover'), ['demo', '--speed', '10'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: demo.stdout }), 'line');
  url = line.match(/http:\S+/)[0];
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
});

after(async () => {
  await browser?.close();
  demo?.kill();
});

async function open(path, options = {}) {
  // The page's own policy forbids the test's script, too.
  const page = await browser.newPage({ bypassCSP: true, viewport: { width: 1200, height: 900 }, ...options });
  page.setDefaultTimeout(PATIENCE);
  page.on('pageerror', error => assert.fail(error));
  await page.goto(url + path);
  return page;
}

const headline = (page, text) => page.locator('#headline', { hasText: text }).waitFor();

async function violations(page) {
  await page.addScriptTag({ path: axe });
  const found = await page.evaluate(() => window.axe.run());
  return found.violations.map(each => `${each.id}: ${each.nodes.map(node => node.html).join(' ')}`);
}

const isWiderThanItsWindow = page =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

test('a failover by the keyboard alone', async () => {
  const page = await open('?run=1');
  await headline(page, 'The primary serves');
  await page.locator('#status .good.reverse', { hasText: 'OK' }).waitFor();
  await page.keyboard.press('c');
  await headline(page, 'The client gets no answer');
  await headline(page, /The standby serves; the last outage took [4-9]\.\d s/);
  await page.locator('#status', { hasText: 'the primary could not take over' }).waitFor();
  await page.locator('#history', { hasText: 'failover    standby' }).waitFor();
  await page.locator('#log', { hasText: 'detaching from' }).waitFor();

  // Each button is reached by Tab, and says what it does.
  const reached = new Set();
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    reached.add(await page.evaluate(() => document.activeElement.getAttribute('aria-label')
      ?? document.activeElement.textContent.trim()));
  }
  for (const name of ['10×', 'Start again', 'Cut the power: standby', 'Heal everythinge', 'Save report']) {
    assert.ok(reached.has(name), `${name} is not among ${[...reached].join(', ')}`);
  }
  await page.getByRole('button', { name: 'Heal everything' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('#status', { hasText: 'The standby serves, and the primary is ready' }).waitFor();
  await page.close();
});

test('a run repeated from its link', async () => {
  const page = await open('?run=3,2-stop-primary,12-heal,20-switch');
  await headline(page, /The standby serves; the last outage took/);
  await headline(page, /The primary serves; the last outage took/);
  await page.locator('#ordered', { hasText: '$ failover switch --yes' }).waitFor({ state: 'visible' });
  assert.match(await page.evaluate(() => state.run), /^3,2\.000-stop-primary,12\.000-heal,20\.000-switch$/);
  await page.close();
});

for (const colorScheme of ['light', 'dark']) {
  for (const width of [1200, 360]) {
    test(`axe, ${colorScheme}, ${width} pixels wide`, async () => {
      const page = await open('?run=1', { colorScheme, viewport: { width, height: 800 } });
      await headline(page, 'The primary serves');
      assert.deepEqual(await violations(page), [], 'the page');
      assert.equal(await isWiderThanItsWindow(page), false, 'the page scrolls sideways');
      // Under a hold the outage lasts.
      await page.keyboard.press('o');
      await page.locator('#ordered', { hasText: 'On hold until' }).waitFor();
      await page.keyboard.press('s');
      await headline(page, 'The client gets no answer');
      assert.deepEqual(await violations(page), [], 'the page during an outage');
      await page.goto(`${url}report.html`);
      assert.deepEqual(await violations(page), [], 'the report');
      assert.equal(await isWiderThanItsWindow(page), false, 'the report scrolls sideways');
      await page.close();
    });
  }
}

test('in print', async () => {
  const page = await open('?run=1');
  await headline(page, 'The primary serves');
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('#actions').isVisible(), false);
  assert.equal(await page.locator('#status').isVisible(), true);
  await page.close();
});

// The README's pictures: right after a failover, and once the pair is repaired.
if (process.env.PICTURES) {
  test('pictures', async () => {
    const page = await open('?run=1', { viewport: { width: 1000, height: 640 }, deviceScaleFactor: 1.5 });
    await page.getByRole('button', { name: '1×', exact: true }).click();
    await headline(page, 'The primary serves');
    await page.waitForTimeout(4_000);
    await page.keyboard.press('c');
    await headline(page, /The standby serves; the last outage took/);
    await page.waitForTimeout(3_000);
    await page.screenshot({ path: `${process.env.PICTURES}/demo.png` });
    await page.keyboard.press('e');
    await page.locator('#status', { hasText: 'the primary is ready' }).waitFor();
    await page.setViewportSize({ width: 700, height: 640 });
    await page.locator('#status').screenshot({ path: `${process.env.PICTURES}/status.png` });
    await page.close();
  });
}
