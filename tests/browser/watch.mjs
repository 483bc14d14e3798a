// Listens to a page all its life: whatever a user's console would show, and every request that
// fails, is a fault unless the test has said that it must come.

import assert from 'node:assert/strict';

// Chromium says this of any answer from 400 on. The answers themselves are looked at.
const REFUSED = /^Failed to load resource: the server responded with a status of \d+/;
const POLICY = [/default-src 'self'/, /object-src 'none'/, /frame-ancestors 'none'/];

export class Watch {
  #faults = [];
  #expected = [];
  #allowed = [];
  #isDown = false;
  #candles = new Map();

  static async over(page) {
    const watch = new Watch();
    watch.frames = []; // what came by the stream, the newest last
    watch.token = null;
    watch.page = page;
    await page.exposeFunction('tellViolation', (text) => watch.#note('violated policy', text));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        window.tellViolation(`${event.effectiveDirective}: ${event.blockedURI} in ` +
                             `${event.sourceFile}:${event.lineNumber}`);
      });
    });
    page.on('console', (message) => watch.#console(message));
    page.on('pageerror', (error) => watch.#note('page error', error.stack ?? String(error)));
    page.on('request', (request) => watch.#request(request));
    page.on('requestfailed', (request) => watch.#failed(request));
    page.on('response', (response) => watch.#response(response));
    page.on('websocket', (socket) => watch.#socket(socket));
    return watch;
  }

  /// How many candles the page has got by REST.
  candles(symbol, timeframe) {
    return this.#candles.get(`${symbol} ${timeframe}`) ?? 0;
  }

  /// One answer of this status to a path with this start is to come; `done` says that it came.
  expect(status, start) {
    const expected = { status, start, done: false };
    this.#expected.push(expected);
    return expected;
  }

  /// Answers of this status to such paths are no fault.
  mayCome(status, start) {
    this.#allowed.push({ status, start });
  }

  /// Until `daemonIsUp`, connections that fail are no fault.
  daemonIsDown() {
    this.#isDown = true;
  }

  async daemonIsUp() {
    await this.page.evaluate(() => 0); // what the page told before this has come by now
    this.#isDown = false;
  }

  /// What was wrong up to now, as one text.
  faults() {
    return this.#faults.join('\n');
  }

  /// Throws when there was a fault, or something expected did not come.
  check() {
    for (const { status, start, done } of this.#expected) {
      if (!done) this.#note('missed', `${status} of ${start}`);
    }
    this.#expected = [];
    assert.deepEqual(this.#faults.splice(0), []);
  }

  #note(kind, text) {
    this.#faults.push(`${kind}: ${text}`);
  }

  #console(message) {
    if (!['error', 'warning', 'assert'].includes(message.type())) return;
    if (REFUSED.test(message.text())) return;
    if (this.#isDown && /net::ERR_|WebSocket/.test(message.text())) return;
    this.#note(`console ${message.type()}`, `${message.text()} at ${message.location().url}`);
  }

  #request(request) {
    const [scheme, token] = (request.headers().authorization ?? '').split(' ');
    if (scheme === 'Bearer') this.token = token;
  }

  #failed(request) {
    const reason = request.failure()?.errorText;
    if (this.#isDown || reason === 'net::ERR_ABORTED') return; // the page went on
    this.#note('failed request', `${request.method()} ${request.url()}: ${reason}`);
  }

  #response(response) {
    const { pathname } = new URL(response.url());
    if (response.request().isNavigationRequest()) this.#document(response);
    if (pathname === '/api/ohlc' && response.ok()) this.#count(response);
    if (response.status() < 400 || this.#isDown) return;
    const isOf = ({ status, start }) => status === response.status() && pathname.startsWith(start);
    const expected = this.#expected.find((answer) => !answer.done && isOf(answer));
    if (expected) expected.done = true;
    if (expected || this.#allowed.some(isOf)) return;
    this.#note('refused request', `${response.status()} ${pathname}`);
  }

  async #count(response) {
    const { symbol, timeframe, items } = await response.json().catch(() => ({ items: [] }));
    this.#candles.set(`${symbol} ${timeframe}`, this.candles(symbol, timeframe) + items.length);
  }

  #document(response) {
    const policy = response.headers()['content-security-policy'] ?? '';
    const isStrict = POLICY.every((part) => part.test(policy)) && !policy.includes('unsafe');
    if (response.ok() && !isStrict) this.#note('policy', policy || 'none');
  }

  #socket(socket) {
    socket.on('framereceived', ({ payload }) => {
      this.frames.push(JSON.parse(payload));
      if (this.frames.length > 2_000) this.frames.splice(0, 1_000);
    });
  }
}
