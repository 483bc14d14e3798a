// A daemon of a test's own, with the demo's config: started on free ports, killed, started again on
// the same ports. The binary is told by TRIBOOK_BINARY, the layout of its threads by
// TRIBOOK_LAYOUT.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { until } from './wait.mjs';

const DEMO = fileURLToPath(new URL('../../config/demo.toml', import.meta.url));
// Ends the daemon with this process, even when this one is killed.
const WITH_PARENT = ['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--'];

/// The demo's users, and the passwords that they have here.
export const USERS = ['trader', 'handelaar', 'toreida'];
export const passwordOf = (username) => `the password of ${username}`;

function binary() {
  const file = process.env.TRIBOOK_BINARY;
  if (!file) throw new Error('TRIBOOK_BINARY must name the tribook binary');
  fs.accessSync(file, fs.constants.X_OK);
  return path.resolve(file);
}

// At a weekend next to nothing happens in these, simulated as in life. Here they move on any day,
// if only every few seconds.
const LIVELY = ['EURUSD', 'GBPUSD', 'USDJPY', 'XAUUSD'];

/// The simulated market's line that says which symbols it quotes, some of them restless.
function quotes(text) {
  const rows = [...text.matchAll(/^symbol = "([^"]+)"$/gm)].map(([, name]) =>
    `{symbol = "${name}"${LIVELY.includes(name) ? ', volatility = 40, ticks = 10' : ''}}`);
  return `symbols = [${rows.join(', ')}]`;
}

/// demo.toml with known passwords, and with markets that are open on whatever day the test runs.
function config(isLively) {
  const text = fs.readFileSync(DEMO, 'utf8')
    .replace(/^schedule = .*$/gm, 'schedule = "24x7"')
    .replace(/^\[symbols\.schedule\]\n(?:.+\n)+/gm, 'schedule = "24x7"\n')
    .replace(/^username = "(\w+)"$/gm,
      (line, name) => `${line}\npassword = "${passwordOf(name)}"`);
  if (!text.includes('password = ')) throw new Error(`no demo accounts in ${DEMO}`);
  if (!isLively) return text;
  return text.replace(/^type = "simulated"$/m, (line) => `${line}\n${quotes(text)}`);
}

/// Nothing of the caller's settings reaches the binary.
function cleanEnvironment() {
  const kept = Object.entries(process.env).filter(([key]) => !key.startsWith('TRIBOOK_'));
  return { ...Object.fromEntries(kept), TRIBOOK_ADMIN_PASSWORD: passwordOf('admin') };
}

export class Daemon {
  constructor({ isLively = true } = {}) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tribook-browser-'));
    this.data = path.join(this.folder, 'data');
    this.logFile = path.join(this.folder, 'log');
    this.configFile = path.join(this.folder, 'demo.toml');
    fs.writeFileSync(this.configFile, config(isLively));
    this.ports = { client: 0, admin: 0 };
    this.process = null;
    this.killNow = () => this.process?.kill('SIGKILL');
    process.on('exit', this.killNow);
  }

  isRunning() {
    return this.process !== null && !this.#hasEnded(this.process);
  }

  get url() {
    return `http://127.0.0.1:${this.ports.client}`;
  }

  /// Starts it, on the ports of the time before if there was one, and waits until it is ready.
  async start() {
    const settings = {
      'listen.client': `127.0.0.1:${this.ports.client}`,
      'listen.admin': `127.0.0.1:${this.ports.admin}`,
      'threads.layout': process.env.TRIBOOK_LAYOUT ?? 'fused',
      'auth.bcrypt_cost': 4,
      drain_timeout: 2,
    };
    const command = [binary(), 'serve', '--config', this.configFile, '--data', this.data];
    for (const [key, value] of Object.entries(settings)) command.push('--set', `${key}=${value}`);
    if (fs.existsSync(WITH_PARENT[0])) command.unshift(...WITH_PARENT);
    const log = fs.openSync(this.logFile, 'a');
    const child = spawn(command[0], command.slice(1),
      { stdio: ['ignore', log, log], env: cleanEnvironment() });
    fs.closeSync(log);
    this.process = child;
    await until('the daemon is ready', () => this.#hasEnded(child) || this.#isReady(child), 60_000);
    if (this.#hasEnded(child)) throw new Error('the daemon ended while it started');
  }

  #hasEnded(child) {
    return child.exitCode !== null || child.signalCode !== null;
  }

  async #isReady(child) {
    const run = JSON.parse(fs.readFileSync(path.join(this.data, 'run.json'), 'utf8'));
    if (run.pid !== child.pid) return false; // of the process before
    this.ports = { client: run.client, admin: run.admin };
    return (await fetch(`${this.url}/readyz`)).status === 200;
  }

  async #end(signal) {
    const child = this.process;
    this.process = null;
    if (!child || this.#hasEnded(child)) throw new Error('the daemon had ended by itself');
    const ended = once(child, 'exit');
    child.kill(signal);
    const [code] = await ended;
    return code;
  }

  /// As a crash would end it.
  async kill() {
    await this.#end('SIGKILL');
  }

  /// Lets it drain.
  async stop() {
    const code = await this.#end('SIGTERM');
    if (code !== 0) throw new Error(`the daemon ended with ${code}`);
  }

  log(lines = 60) {
    if (!fs.existsSync(this.logFile)) return '(no log)';
    return fs.readFileSync(this.logFile, 'utf8').split('\n').slice(-lines).join('\n');
  }

  /// Ends it if it runs, and takes everything away that it wrote.
  async dispose() {
    if (this.isRunning()) await this.#end('SIGKILL');
    process.off('exit', this.killNow);
    if (process.env.TRIBOOK_KEEP_DATA) console.log(`kept: ${this.folder}`);
    else fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
