// Logout and other accounts, themes, a telephone's screen, a keyboard alone, names and contrast.

import assert from 'node:assert/strict';

import { DESK, PHONE } from './chromium.mjs';
import { passwordOf } from './daemon.mjs';
import { faintTexts, focusIsVisible, namelessControls, sidewaysScroll, smallTargets }
  from './looks.mjs';
import { textOf } from './numbers.mjs';
import { Terminal } from './terminal.mjs';
import { until } from './wait.mjs';

const LISTS = ['closed', 'orders', 'trades', 'ledger', 'positions'];

/// What both storages hold, as one text.
function stored(page) {
  return page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
}

async function logsOut(scene) {
  const terminal = await Terminal.openAs(scene, 'trader');
  const { page, watch } = terminal;
  const { token } = watch;
  assert.ok((await stored(page)).includes(token));
  await terminal.part('logout').click();
  await terminal.part('login-username').waitFor();
  assert.ok(!(await stored(page)).includes(token), 'the token is still kept');
  assert.ok(!/eyJ[\w-]+\./.test(await stored(page)), 'some token is still kept');
  const answer = await fetch(`${scene.daemon.url}/api/profile`,
    { headers: { authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 401);
  await page.reload();
  await terminal.part('login-username').waitFor();

  await terminal.login('handelaar');
  await terminal.isLive();
  assert.match(await page.locator('body').innerText(), /EUR/);
  const rest = await terminal.rest();
  assert.deepEqual(await rest.positions(), []);
  assert.equal(await terminal.part('position-row').count(), 0);
  assert.equal(await terminal.numberOf('account-balance'), (await rest.summary()).balance);
  const { id } = await terminal.trade(rest, 'BUY', { symbol: 'USDJPY', volume: '0.05' });
  await terminal.position(id).getByTestId('position-close').click();
  await terminal.gone(terminal.position(id));
  await terminal.close();
}

async function tellsEndedLogin(scene) {
  const terminal = await Terminal.openAs(scene, 'trader');
  const { token } = terminal.watch;
  await fetch(`${scene.daemon.url}/api/logout`,
    { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  terminal.watch.mayCome(401, '/api/');
  await terminal.page.getByText(/login has ended/i).waitFor();
  await terminal.login('trader');
  await terminal.isLive();
  await terminal.close();
}

/// Of what is behind everything: 0 is black, 1 is white.
function lightness(page) {
  return page.evaluate(() => {
    const grounds = [document.body, document.documentElement]
      .map((element) => getComputedStyle(element).backgroundColor.match(/[\d.]+/g).map(Number));
    const [red, green, blue] = grounds.find(([, , , alpha = 1]) => alpha > 0);
    return (red + green + blue) / 765;
  });
}

async function themes(scene) {
  const terminal = await Terminal.openAs(scene, 'trader', { scheme: 'light' });
  const { page } = terminal;
  assert.ok((await lightness(page)) > 0.8, 'not light as the system is');
  await terminal.part('theme-toggle').click();
  await until('the dark theme', async () => (await lightness(page)) < 0.3);
  await page.reload();
  await terminal.isLive();
  assert.ok((await lightness(page)) < 0.3, 'the theme is forgotten');
  await terminal.close();
}

/// In one theme: every text can be read, every control has a name, with all that a trader sees.
async function isReadable(scene, scheme) {
  const terminal = await Terminal.open(scene, { scheme });
  const { page } = terminal;
  const looks = async (where) => {
    await until(`texts that can be read in ${where}`, async () => {
      assert.deepEqual(await faintTexts(page), []);
      return true;
    }, 3_000);
    assert.deepEqual(await namelessControls(page), [], `names in ${where}`);
  };
  await terminal.part('login-username').waitFor();
  await looks('the login');
  await terminal.login('toreida');
  await terminal.isLive();
  const rest = await terminal.rest();
  const { id } = await terminal.trade(rest, 'SELL', { symbol: 'EURUSD', volume: '0.02' });
  await terminal.trade(rest, 'BUY', { symbol: 'XAUUSD', volume: '0.01' });
  await looks('the terminal');
  await terminal.position(id).getByTestId('position-close').click();
  await terminal.gone(terminal.position(id));
  for (const list of LISTS) {
    await terminal.tab(list);
    await looks(`the list of ${list}`);
  }
  await rest.closeAll();
  await terminal.close();
}

async function fitsPhone(scene) {
  const terminal = await Terminal.open(scene, { viewport: PHONE });
  const { page } = terminal;
  const faults = new Set();
  const fits = async (where) => {
    for (const part of await sidewaysScroll(page)) faults.add(`${where}: ${part} sticks out`);
    for (const target of await smallTargets(page)) faults.add(`${where}: ${target}`);
  };
  await terminal.part('login-username').waitFor();
  await fits('the login');
  await terminal.login('trader');
  await terminal.isLive();
  const rest = await terminal.rest();
  await terminal.quotesMove('BTCUSD');
  const { id } = await terminal.trade(rest, 'BUY', { symbol: 'BTCUSD', volume: '0.01' });
  for (const section of ['markets', 'chart', 'trade', 'positions', 'more']) {
    await terminal.goTo(section);
    await fits(section);
  }
  await terminal.chart('BTCUSD', '15m', 100);
  await fits('the chart');
  for (const list of LISTS) {
    await terminal.tab(list);
    await fits(`the list of ${list}`);
  }
  assert.deepEqual([...faults], []);
  await terminal.position(id).getByTestId('position-close').click();
  await terminal.gone(terminal.position(id));
  await terminal.close();
}

/// Presses Tab until the focus is on a part; every stop on the way must be seen.
async function tabTo(terminal, name, atMost = 150) {
  const { page } = terminal;
  for (let i = 0; i < atMost; i += 1) {
    if (await focused(page) === name) return;
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement === document.body)) continue;
    const unseen = await focusIsVisible(page);
    assert.equal(unseen, '', 'the focus is not seen there');
  }
  assert.fail(`the keyboard does not come to ${name}`);
}

function focused(page) {
  return page.evaluate(() => document.activeElement?.dataset.testid);
}

async function keyboardAlone(scene) {
  const terminal = await Terminal.open(scene);
  const { page } = terminal;
  const { keyboard } = page;
  await terminal.part('login-username').waitFor();
  await tabTo(terminal, 'login-username');
  await keyboard.type('trader');
  await tabTo(terminal, 'login-password');
  await keyboard.type(passwordOf('trader'));
  await keyboard.press('Enter');
  terminal.username = 'trader';
  await terminal.isLive();
  const rest = await terminal.rest();

  await keyboard.press('/');
  await until('the focus in the search', async () => (await focused(page)) === 'market-search');
  await keyboard.type('gbpusd');
  await until('one row', async () => (await terminal.part('market-row').count()) === 1);
  await keyboard.press('Enter');
  await until('the ticket is for GBPUSD', async () =>
    (await textOf(terminal.part('ticket-symbol'))).includes('GBPUSD'));
  await tabTo(terminal, 'ticket-volume');
  await keyboard.press('Control+A');
  await keyboard.type('0.03');
  await keyboard.press('Escape');
  await keyboard.press('b');
  if ((await focused(page)) !== 'ticket-buy') await tabTo(terminal, 'ticket-buy');
  assert.deepEqual(await rest.positions(), [], 'a letter must not trade');
  await keyboard.press('Enter');
  const [position] = await until('the position', async () => {
    const positions = await rest.positions();
    return positions.length > 0 && positions;
  });
  assert.deepEqual([position.symbol, position.side, position.volume], ['GBPUSD', 'BUY', 0.03]);
  await terminal.position(position.id).waitFor();
  await tabTo(terminal, 'position-close');
  await keyboard.press('Enter');
  await terminal.gone(terminal.position(position.id));
  await terminal.close();
}

export const steps = {
  'logout takes the token, another account is another world': logsOut,
  'a login ended elsewhere is told': tellsEndedLogin,
  'the theme follows the system, and the switch is remembered': themes,
  'dark: texts can be read, controls have names': (scene) => isReadable(scene, 'dark'),
  'light: texts can be read, controls have names': (scene) => isReadable(scene, 'light'),
  'a telephone is enough': fitsPhone,
  'a keyboard is enough': keyboardAlone,
};
