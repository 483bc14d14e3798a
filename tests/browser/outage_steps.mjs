// The daemon dies under the page, or is stopped, and comes back: the page goes on by itself.

import assert from 'node:assert/strict';

import { Terminal } from './terminal.mjs';
import { until } from './wait.mjs';

async function survives(scene, end) {
  const terminal = await Terminal.openAs(scene, 'trader');
  const { page, watch } = terminal;
  const rest = await terminal.rest();
  const { id, openPrice } = await terminal.trade(rest, 'BUY', { symbol: 'BTCUSD', volume: 0.01 });
  await page.evaluate(() => { window.hasStayed = true; });

  watch.daemonIsDown();
  await end(scene.daemon);
  await until('the page says that it reconnects', () => terminal.saysOfConnection(/reconnect/i));
  assert.equal(await terminal.part('login-username').count(), 0);
  await scene.daemon.start();
  await terminal.isLive();
  await watch.daemonIsUp();

  await terminal.goTo('positions');
  await terminal.shows(terminal.position(id), [openPrice, 0.01]);
  await terminal.quotesMove('BTCUSD');
  const more = await terminal.trade(rest, 'SELL', { symbol: 'ETHUSD', volume: 0.1 });
  for (const closed of [id, more.id]) {
    await terminal.position(closed).getByTestId('position-close').click();
    await terminal.gone(terminal.position(closed));
  }
  assert.deepEqual(await rest.positions(), []);
  assert.ok(await page.evaluate(() => window.hasStayed), 'the page was loaded again');
  await terminal.close();
}

export const steps = {
  'the page survives a daemon that is killed': (scene) =>
    survives(scene, (daemon) => daemon.kill()),
  'the page survives a daemon that is stopped': (scene) =>
    survives(scene, (daemon) => daemon.stop()),
};
