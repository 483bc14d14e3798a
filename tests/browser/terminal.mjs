// The trading page as its user sees it: what he can do on it, by the data-testid of its parts.

import assert from 'node:assert/strict';

import { DESK, PHONE, openVisitor } from './chromium.mjs';
import { passwordOf } from './daemon.mjs';
import { numberOf, numbersShown, textOf } from './numbers.mjs';
import { Rest } from './rest.mjs';
import { WAIT_MS, until, untilChanged } from './wait.mjs';
import { Watch } from './watch.mjs';

export class Terminal {
  /// Opens the page for a new visitor.
  static async open(scene, { viewport = DESK, scheme = 'dark' } = {}) {
    const terminal = new Terminal();
    terminal.daemon = scene.daemon;
    terminal.isPhone = viewport === PHONE;
    terminal.context = await openVisitor(scene.browser, viewport, scheme);
    terminal.context.setDefaultTimeout(WAIT_MS);
    terminal.page = await terminal.context.newPage();
    terminal.watch = await Watch.over(terminal.page);
    scene.opened.push(terminal);
    await terminal.page.goto(scene.daemon.url);
    return terminal;
  }

  /// Opens it and logs in.
  static async openAs(scene, username, looks = {}) {
    const terminal = await Terminal.open(scene, looks);
    await terminal.login(username);
    await terminal.isLive();
    return terminal;
  }

  /// Nothing may have been wrong up to now.
  async close() {
    this.watch.check();
    await this.context.close();
  }

  part(name) {
    return this.page.getByTestId(name);
  }

  // --- Login ---

  async login(username, password = passwordOf(username)) {
    await this.part('login-username').fill(username);
    await this.part('login-password').fill(password);
    await this.part('login-submit').click();
    this.username = username;
  }

  /// REST as the one who is logged in.
  rest() {
    return Rest.login(this.daemon, this.username, passwordOf(this.username));
  }

  async isLive() {
    await until('the page says it is live', () => this.saysOfConnection(/live/i));
  }

  async saysOfConnection(words) {
    return words.test(await this.part('connection-state').innerText());
  }

  async numberOf(name) {
    return numberOf(this.part(name).first());
  }

  // --- On the phone: the bar at the bottom ---

  async goTo(section) {
    if (this.isPhone) await this.part(`view-${section}`).click();
  }

  // --- Quotes and chart ---

  quote(symbol) {
    return this.page.locator(`[data-testid="market-row"][data-symbol="${symbol}"]`);
  }

  async bid(symbol) {
    return numberOf(this.quote(symbol).getByRole('gridcell').nth(0));
  }

  async ask(symbol) {
    return numberOf(this.quote(symbol).getByRole('gridcell').nth(1));
  }

  async quotesMove(symbol) {
    await this.goTo('markets');
    return untilChanged(`the bid of ${symbol}`, () => this.bid(symbol));
  }

  async choose(symbol) {
    await this.goTo('markets');
    await this.quote(symbol).click();
    await this.goTo('trade');
    await until(`the ticket is for ${symbol}`,
      async () => (await textOf(this.part('ticket-symbol'))).includes(symbol));
  }

  /// Shows the chart at a timeframe and waits until it has at least so many candles.
  async chart(symbol, timeframe, atLeast) {
    await this.goTo('chart');
    await this.part(`chart-timeframe-${timeframe}`).click();
    await until(`${atLeast} candles of ${timeframe}`, () =>
      this.watch.candles(symbol, timeframe) >= atLeast);
    await until('a chart that is ready', async () =>
      (await this.part('chart').getAttribute('data-status')) === 'ready');
  }

  // --- Orders ---

  async order(side, { symbol, volume, sl = '', tp = '' }, options = {}) {
    await this.choose(symbol);
    await this.part('ticket-volume').fill(String(volume));
    await this.part('ticket-sl').fill(String(sl));
    await this.part('ticket-tp').fill(String(tp));
    await this.part(`ticket-${side.toLowerCase()}`).click(options);
  }

  /// Tries an order that the engine refuses; the message has these words.
  async isRefused(side, order, words) {
    const refusal = this.watch.expect(422, '/api/orders/market');
    await this.order(side, order);
    const text = await this.message('error', words);
    await until('the refusal', () => refusal.done);
    return text;
  }

  /// Enters an order that the ticket itself does not send, and says why with these words.
  async isHeldBack(side, order, words) {
    await this.order(side, order, { force: true });
    const hint = this.page.locator('#ticket-hint');
    await until(`a hint with ${words}`, async () => words.test(await hint.innerText()));
    const button = this.part(`ticket-${side.toLowerCase()}`);
    assert.equal(await button.getAttribute('aria-disabled'), 'true');
  }

  /// A message of this kind with these words; gives its text.
  async message(kind, words) {
    const toasts = this.page.locator(`[data-testid="toast"][data-kind="${kind}"]`);
    return until(`a message of ${kind} with ${words}`, async () =>
      (await toasts.allInnerTexts()).find((text) => words.test(text)));
  }

  /// Fills an order and gives the position, as REST has it, when its row is there.
  async trade(rest, side, order) {
    const before = new Set((await rest.positions()).map(({ id }) => id));
    await this.order(side, order);
    const position = await until(`a position of ${side} ${order.symbol}`, async () =>
      (await rest.positions()).find(({ id }) => !before.has(id)));
    await this.goTo('positions');
    await this.position(position.id).waitFor();
    return position;
  }

  /// Changes a level of a position where it stands.
  async modify(id, level, price) {
    await this.goTo('positions');
    const row = this.position(id);
    await row.getByTestId(`position-${level}`).click();
    await row.getByTestId(`position-${level}-input`).fill(String(price));
    await row.getByTestId(`position-${level}-input`).press('Enter');
  }

  // --- Lists ---

  position(id) {
    return this.row('position', id);
  }

  row(list, id) {
    return this.page.locator(`[data-testid="${list}-row"][data-id="${id}"]`);
  }

  async tab(name) {
    await this.goTo('positions');
    await this.part(`tab-${name}`).click();
  }

  async gone(locator) {
    await locator.waitFor({ state: 'detached' });
  }

  /// The row of a list shows these numbers.
  async shows(row, wanted) {
    await row.first().waitFor();
    await until(`a row with ${wanted}`, async () => {
      const shown = await numbersShown(row.first());
      const missing = wanted.filter((number) => !shown.has(Number(number)));
      assert.deepEqual(missing, [], `of ${[...shown]}`);
      return true;
    });
  }
}
