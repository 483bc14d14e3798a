// A real Chromium proves the trading page against a real daemon with the demo's market:
//
//   TRIBOOK_BINARY=build/release/bin/tribook node terminal.test.mjs
//
// TRIBOOK_LAYOUT is the layout of the daemon's threads; TRIBOOK_STEP a pattern of the steps to run;
// TRIBOOK_SCREENSHOTS a folder for the pictures that README shows.

import path from 'node:path';
import test from 'node:test';

import { steps as canary } from './canary_steps.mjs';
import { openBrowser } from './chromium.mjs';
import { Daemon, USERS, passwordOf } from './daemon.mjs';
import { steps as first } from './first_steps.mjs';
import { steps as manners } from './manners_steps.mjs';
import { steps as outage } from './outage_steps.mjs';
import { Rest } from './rest.mjs';
import { makeScreenshots } from './screenshots.mjs';
import { steps as trading } from './trading_steps.mjs';

const STEPS = { ...first, ...trading, ...outage, ...manners, ...canary };
const WANTED = new RegExp(process.env.TRIBOOK_STEP ?? '');

/// What helps to find out: where the page stood, what the daemon said.
async function explain(scene, name) {
  for (const { page } of scene.opened) {
    if (page.isClosed()) continue;
    const text = await page.locator('body').innerText().catch(String);
    console.log(`--- the page\n${text.replace(/\s*\n\s*/g, ' | ')}`);
    if (!process.env.TRIBOOK_FAILURES) continue;
    const file = path.join(process.env.TRIBOOK_FAILURES, `${name.replace(/\W+/g, '_')}.png`);
    await page.screenshot({ path: file }).catch(String);
  }
  console.log(`--- the daemon's log\n${scene.daemon.log()}`);
}

/// Every step begins with nothing open, and with a daemon that runs.
async function reset(scene) {
  for (const { context } of scene.opened.splice(0)) await context.close();
  if (!scene.daemon.isRunning()) await scene.daemon.start();
  for (const username of USERS) {
    const rest = await Rest.login(scene.daemon, username, passwordOf(username));
    await rest.closeAll();
  }
}

test('terminal', async (context) => {
  const daemon = new Daemon();
  let dispose = async () => {};
  try {
    await daemon.start();
    const opened = await openBrowser();
    dispose = opened.dispose;
    const scene = { daemon, browser: opened.browser, opened: [] };
    for (const [name, step] of Object.entries(STEPS)) {
      if (!WANTED.test(name)) continue;
      await context.test(name, async () => {
        try {
          await step(scene);
        } catch (error) {
          await explain(scene, name);
          throw error;
        } finally {
          await reset(scene);
        }
      });
    }
    await daemon.stop();
  } catch (error) {
    console.log(`--- the daemon's log\n${daemon.log()}`);
    throw error;
  } finally {
    await dispose();
    await daemon.dispose();
  }
  const folder = process.env.TRIBOOK_SCREENSHOTS;
  if (folder) await context.test('pictures', () => makeScreenshots(folder));
});
