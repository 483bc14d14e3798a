// The pictures that README shows: a demo account with open positions, before an interesting chart.
//
//   TRIBOOK_BINARY=build/release/bin/tribook node screenshots.mjs [FOLDER]
//
// The folder is docs/images unless told.

import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { DESK, PHONE, openBrowser } from './chromium.mjs';
import { Daemon, passwordOf } from './daemon.mjs';
import { Rest } from './rest.mjs';
import { Terminal } from './terminal.mjs';
import { until } from './wait.mjs';

const IMAGES = fileURLToPath(new URL('../../docs/images', import.meta.url));
const SHOWN = 'BTCUSD';
// [side, symbol, lots, how far off SL and TP are as parts of the price]
const TRADES = [
  ['BUY', 'EURUSD', 0.5, -0.004, 0.008],
  ['BUY', 'XAUUSD', 0.1, -0.012, 0.02],
  ['SELL', 'ETHUSD', 0.2, 0.015, -0.02],
  ['BUY', SHOWN, 0.1, -0.012, 0.016],
];
const BYTES_MAX = 250_000;

async function openPositions(daemon) {
  const rest = await Rest.login(daemon, 'trader', passwordOf('trader'));
  for (const [side, name, volume, sl, tp] of TRADES) {
    const { bid, digits } = await rest.symbol(name);
    const level = (part) => (bid * (1 + part)).toFixed(digits);
    // A market where little happens may have no fresh quote just now.
    await until(`a position in ${name}`, () =>
      rest.market(side, name, volume, { sl: level(sl), tp: level(tp) }));
  }
  return rest;
}

/// One position in profit and one at a loss: after a while, most of the time.
async function isMixed(rest) {
  const profits = (await rest.positions()).map(({ unrealizedPnL }) => unrealizedPnL);
  return profits.some((profit) => profit > 0) && profits.some((profit) => profit < 0);
}

async function take(scene, file, looks) {
  const terminal = await Terminal.openAs(scene, 'trader', looks);
  const { page } = terminal;
  await terminal.choose(SHOWN);
  await terminal.chart(SHOWN, '1h', 200);
  if (!terminal.isPhone) {
    await until('all positions', async () =>
      (await terminal.part('position-row').count()) === TRADES.length);
  }
  await page.mouse.move(0, 0);
  await page.locator('.market-grid').evaluate((list) => { list.scrollTop = 0; });
  await until('no messages', async () => (await terminal.part('toast').count()) === 0);
  await page.screenshot({ path: file });
  const { size } = fs.statSync(file);
  console.log(`${path.basename(file)}: ${size} bytes`);
  if (size > BYTES_MAX) throw new Error(`${file} is too large for a README`);
  await terminal.close();
}

async function takeAll(scene, folder) {
  const rest = await openPositions(scene.daemon);
  await until('a profit and a loss', () => isMixed(rest), 60_000).catch(String);
  await take(scene, path.join(folder, 'terminal-dark.png'), { viewport: DESK, scheme: 'dark' });
  await take(scene, path.join(folder, 'terminal-light.png'), { viewport: DESK, scheme: 'light' });
  await take(scene, path.join(folder, 'terminal-phone.png'), { viewport: PHONE, scheme: 'dark' });
}

export async function makeScreenshots(folder) {
  fs.mkdirSync(folder, { recursive: true });
  const daemon = new Daemon({ isLively: false });
  let dispose = async () => {};
  try {
    await daemon.start();
    const opened = await openBrowser();
    dispose = opened.dispose;
    await takeAll({ daemon, browser: opened.browser, opened: [] }, folder);
  } catch (error) {
    console.log(`--- the daemon's log\n${daemon.log()}`);
    throw error;
  } finally {
    await dispose();
    await daemon.dispose();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await makeScreenshots(process.argv[2] ?? IMAGES);
}
