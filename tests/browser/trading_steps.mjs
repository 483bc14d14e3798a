// A trade from its ticket to the ledger, with the engine's numbers held against the page's.

import assert from 'node:assert/strict';

import { isWhole } from './looks.mjs';
import { numberOf, numbersIn } from './numbers.mjs';
import { Terminal } from './terminal.mjs';
import { until, untilChanged } from './wait.mjs';

const near = (one, other, part) => Math.abs(one - other) <= Math.abs(other) * part;

/// Prices this part of the price away, by the symbol's digits.
function priceAt(symbol, part) {
  return (symbol.bid * (1 + part)).toFixed(symbol.digits);
}

async function previewsMargin(terminal, rest, volume) {
  await terminal.goTo('trade');
  await terminal.part('ticket-volume').fill(volume);
  const { requiredMargin } = await rest.get(
    `/api/risk/margin-preview?symbol=EURUSD&volume=${volume}&side=BUY`);
  await until(`a margin preview near ${requiredMargin}`, async () =>
    numbersIn(await terminal.part('ticket-margin').innerText())
      .some((number) => near(number, requiredMargin, 0.005)));
}

/// The page's money of the account is the engine's, at one moment at least.
async function accountAgrees(terminal, rest) {
  await until('balance, equity and P&L as REST has them', async () => {
    const { balance, equity, unrealizedPnL } = await rest.summary();
    assert.equal(await terminal.numberOf('account-balance'), balance);
    assert.equal(await terminal.numberOf('account-equity'), equity);
    assert.equal(await terminal.numberOf('account-pnl'), unrealizedPnL);
    return true;
  });
}

async function opens(terminal, rest) {
  const symbol = await rest.symbol('EURUSD');
  const order = { symbol: 'EURUSD', volume: '0.10', sl: priceAt(symbol, -0.02),
    tp: priceAt(symbol, 0.03) };
  const position = await terminal.trade(rest, 'BUY', order);
  assert.equal(position.volume, 0.1);
  assert.deepEqual([position.sl, position.tp], [Number(order.sl), Number(order.tp)]);
  const text = await terminal.message('success', /EURUSD/);
  assert.ok(numbersIn(text).includes(position.openPrice), `${position.openPrice} in ${text}`);
  await terminal.shows(terminal.position(position.id),
    [position.volume, position.openPrice, position.sl, position.tp]);
  return position;
}

async function profitMoves(terminal, rest, id) {
  const profit = terminal.position(id).getByTestId('position-pnl');
  await untilChanged('the P&L', () => numberOf(profit));
  await untilChanged('the equity', () => terminal.numberOf('account-equity'));
  await until('the P&L as REST has it', async () =>
    (await numberOf(profit)) === (await rest.position(id)).unrealizedPnL);
  await accountAgrees(terminal, rest);
}

async function movesStop(terminal, rest, id) {
  const price = priceAt(await rest.symbol('EURUSD'), -0.01);
  await terminal.modify(id, 'sl', price);
  await until('the new stop in REST', async () => (await rest.position(id)).sl === Number(price));
  await terminal.shows(terminal.position(id), [price]);
}

async function closesPart(terminal, rest, id) {
  const row = terminal.position(id);
  await row.getByTestId('position-partial').click();
  await terminal.part('position-partial-volume').fill('0.04');
  await terminal.part('position-partial-submit').click();
  await until('a part closed', async () => (await rest.position(id)).volume === 0.06);
  await terminal.shows(row, [0.06]);
  await accountAgrees(terminal, rest);
}

async function refusesTooMuch(terminal, rest) {
  const before = await rest.positions();
  const { maxVolume } = await rest.symbol('EURUSD');
  await terminal.isRefused('BUY', { symbol: 'EURUSD', volume: maxVolume }, /margin/i);
  await terminal.isHeldBack('BUY', { symbol: 'EURUSD', volume: maxVolume + 1 }, /lots|most/i);
  const symbol = await rest.symbol('EURUSD');
  await terminal.isHeldBack('BUY',
    { symbol: 'EURUSD', volume: '0.10', sl: priceAt(symbol, 0.02) }, /stop loss/i);
  assert.equal((await rest.positions()).length, before.length);
}

async function closes(terminal, rest, id) {
  await terminal.goTo('positions');
  await terminal.position(id).getByTestId('position-close').click();
  await terminal.gone(terminal.position(id));
  const closed = await until('the position among the closed', async () =>
    (await rest.positions('closed')).find((position) => position.id === id));
  await terminal.tab('closed');
  // Closed in parts, at a mean of their prices.
  const { digits } = await rest.symbol('EURUSD');
  await terminal.shows(terminal.row('closed', id),
    [closed.closePrice.toFixed(digits), closed.realizedPnL]);
  await accountAgrees(terminal, rest);
}

async function listsAgree(terminal, rest, id) {
  await terminal.tab('trades');
  const trades = await rest.items('/api/account/trades');
  const own = trades.filter(({ positionId }) => positionId === id);
  assert.equal(own.length, 3);
  for (const trade of own) {
    await terminal.shows(terminal.row('trade', trade.id), [trade.volume, trade.price]);
  }
  await terminal.tab('orders');
  await terminal.tab('ledger');
  const ledger = await rest.items('/api/account/ledger');
  for (const entry of ledger) {
    await terminal.shows(terminal.row('ledger', entry.id), [entry.amount, entry.balanceAfter]);
  }
  assert.equal(ledger[0].balanceAfter, await terminal.numberOf('account-balance'));
}

async function trades(scene) {
  const terminal = await Terminal.openAs(scene, 'trader');
  const rest = await terminal.rest();
  await terminal.choose('EURUSD');
  await previewsMargin(terminal, rest, '0.10');
  const { id } = await opens(terminal, rest);
  await profitMoves(terminal, rest, id);
  await movesStop(terminal, rest, id);
  await closesPart(terminal, rest, id);
  await refusesTooMuch(terminal, rest);
  await closes(terminal, rest, id);
  await listsAgree(terminal, rest, id);
  await terminal.close();
}

async function reloads(scene) {
  const terminal = await Terminal.openAs(scene, 'trader');
  const rest = await terminal.rest();
  const symbol = await rest.symbol('BTCUSD');
  const order = { symbol: 'BTCUSD', volume: 0.01, sl: priceAt(symbol, 0.2),
    tp: priceAt(symbol, -0.2) };
  const { id, openPrice } = await terminal.trade(rest, 'SELL', order);
  await terminal.page.reload();
  await terminal.isLive();
  await terminal.goTo('positions');
  const row = terminal.position(id);
  await terminal.shows(row, [openPrice, 0.01, order.sl, order.tp]);
  await until('a row with its buttons in sight', () => isWhole(row.getByTestId('position-close')));
  await accountAgrees(terminal, rest);
  await terminal.quotesMove('BTCUSD');
  await terminal.close();
}

export const steps = {
  'a trade from its ticket to the ledger': trades,
  'after a reload everything is there': reloads,
};
