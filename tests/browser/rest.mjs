// REST beside the page: what the engine says, to hold the page's numbers against.

export class Rest {
  constructor(daemon, token) {
    this.daemon = daemon;
    this.token = token;
  }

  static async login(daemon, username, password) {
    const rest = new Rest(daemon, null);
    rest.token = (await rest.post('/api/login', { username, password })).token;
    return rest;
  }

  async call(method, path, body) {
    const headers = { 'content-type': 'application/json' };
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    return fetch(this.daemon.url + path, { method, headers, body: body && JSON.stringify(body) });
  }

  async #good(method, path, body) {
    const answer = await this.call(method, path, body);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  get(path) {
    return this.#good('GET', path);
  }

  post(path, body) {
    return this.#good('POST', path, body);
  }

  async items(path) {
    return (await this.get(path)).items;
  }

  summary() {
    return this.get('/api/account/summary');
  }

  async symbol(name) {
    const symbols = await this.get('/api/symbols');
    return (symbols.items ?? symbols).find(({ symbol }) => symbol === name);
  }

  positions(status = 'open') {
    return this.items(`/api/account/positions?status=${status}`);
  }

  async position(id) {
    return (await this.positions()).find((position) => position.id === Number(id));
  }

  market(side, symbol, volume, more = {}) {
    return this.post('/api/orders/market', { side, symbol, volume, ...more });
  }

  async closeAll() {
    for (const { id } of await this.positions()) await this.post(`/api/positions/${id}/close`);
  }
}
