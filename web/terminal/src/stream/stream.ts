// The one connection for everything that moves. It comes back by itself: each time it says who it is,
// asks again for all that is wanted, and then tells `onReady`, which reads the lists again.

import { backoff } from "./backoff";
import { parseMessage, type StreamMessage } from "./messages";

export type StreamState =
  | { kind: "stopped" }
  | { kind: "connecting"; attempt: number }
  | { kind: "live" }
  | { kind: "waiting"; attempt: number; retryAt: number };

export interface Subscription {
  type: string;
  symbols?: string[];
  timeframe?: string;
}

export interface SocketLike {
  onopen: ((event: Event) => unknown) | null;
  onclose: ((event: CloseEvent) => unknown) | null;
  onerror: ((event: Event) => unknown) | null;
  onmessage: ((event: MessageEvent) => unknown) | null;
  send(text: string): void;
  close(): void;
}

export interface StreamOptions {
  url: string;
  token: () => string | null;
  accountId: () => number | null;
  onMessage: (message: StreamMessage) => void;
  onState: (state: StreamState) => void;
  onReady: () => void;
  onUnauthenticated: () => void;
  makeSocket?: (url: string) => SocketLike;
  random?: () => number;
}

const CONNECT_MS = 8_000;
const LOOK_MS = 2_000;
/** Silence after which the server is asked for a word, and after which it is given up. */
const QUIET_MS = 12_000;
const DEAD_MS = 20_000;

export class Stream {
  private socket: SocketLike | null = null;
  private state: StreamState = { kind: "stopped" };
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private lookTimer: ReturnType<typeof setInterval> | undefined;
  private attempt = 0;
  private heardAt = 0;
  private openedAt = 0;
  private readonly wanted = new Map<string, Subscription>();

  constructor(private readonly options: StreamOptions) {}

  start(): void {
    if (this.state.kind !== "stopped") return;
    this.attempt = 0;
    this.lookTimer = setInterval(() => this.look(), LOOK_MS);
    this.connect();
  }

  stop(): void {
    clearTimeout(this.retryTimer);
    clearInterval(this.lookTimer);
    this.drop();
    this.set({ kind: "stopped" });
  }

  /** The network is back, or somebody looks at the page again: no reason to wait longer. */
  retryNow(): void {
    if (this.state.kind !== "waiting") return;
    clearTimeout(this.retryTimer);
    this.connect();
  }

  /** Wanted until the returned function is called, over all connections to come. */
  subscribe(subscription: Subscription): () => void {
    const key = JSON.stringify(subscription);
    this.wanted.set(key, subscription);
    if (this.state.kind === "live") this.ask("subscribe", subscription);
    return () => {
      if (!this.wanted.delete(key)) return;
      if (this.state.kind === "live") this.ask("unsubscribe", subscription);
    };
  }

  private ask(action: string, subscription: Subscription): void {
    this.socket?.send(JSON.stringify({ action, ...subscription }));
  }

  private connect(): void {
    this.set({ kind: "connecting", attempt: this.attempt });
    this.openedAt = Date.now();
    let socket: SocketLike;
    try {
      socket = (this.options.makeSocket ?? ((url) => new WebSocket(url)))(this.options.url);
    } catch {
      return this.lost();
    }
    this.socket = socket;
    socket.onopen = () => {
      socket.send(
        JSON.stringify({
          action: "auth",
          token: this.options.token(),
          accountId: this.options.accountId(),
        }),
      );
    };
    socket.onmessage = (event) => this.hear(event.data);
    socket.onerror = () => undefined; // a close follows
    socket.onclose = (event) => {
      if (event.reason === "UNAUTHENTICATED") return this.refused();
      this.lost();
    };
  }

  private hear(data: unknown): void {
    this.heardAt = Date.now();
    const message = parseMessage(data);
    if (!message) return;
    if (message.type === "authenticated") return this.ready();
    if (message.type === "error" && message.code === "UNAUTHENTICATED") return this.refused();
    this.options.onMessage(message);
  }

  private ready(): void {
    this.attempt = 0;
    this.set({ kind: "live" });
    for (const subscription of this.wanted.values()) this.ask("subscribe", subscription);
    this.options.onReady();
  }

  private refused(): void {
    this.stop();
    this.options.onUnauthenticated();
  }

  private lost(): void {
    this.drop();
    const wait = backoff(this.attempt, this.options.random);
    this.attempt += 1;
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => this.connect(), wait);
    this.set({ kind: "waiting", attempt: this.attempt, retryAt: Date.now() + wait });
  }

  /** A connection can die without a word; then nothing but silence tells. */
  private look(): void {
    const now = Date.now();
    if (this.state.kind === "connecting" && now - this.openedAt > CONNECT_MS) return this.lost();
    if (this.state.kind !== "live") return;
    const silence = now - this.heardAt;
    if (silence > DEAD_MS) return this.lost();
    if (silence > QUIET_MS) {
      this.socket?.send(
        JSON.stringify({ action: "subscribe", type: "account", requestId: "are-you-there" }),
      );
    }
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = null;
    socket.onclose = null;
    socket.onerror = null;
    socket.onmessage = null;
    socket.close();
  }

  private set(state: StreamState): void {
    this.state = state;
    this.options.onState(state);
  }
}
