import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { backoff, LONGEST_MS } from "../../src/stream/backoff";
import { parseMessage, type StreamMessage } from "../../src/stream/messages";
import { SequenceWatch } from "../../src/stream/sequence";
import { Stream, type SocketLike, type StreamState } from "../../src/stream/stream";

class FakeSocket implements SocketLike {
  onopen: ((event: Event) => unknown) | null = null;
  onclose: ((event: CloseEvent) => unknown) | null = null;
  onerror: ((event: Event) => unknown) | null = null;
  onmessage: ((event: MessageEvent) => unknown) | null = null;
  readonly sent: Record<string, unknown>[] = [];
  isClosed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.isClosed = true;
  }

  open(): void {
    this.onopen?.(new Event("open"));
  }

  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent);
  }

  drop(reason = ""): void {
    this.onclose?.({ reason } as CloseEvent);
  }
}

function makeStream() {
  const sockets: FakeSocket[] = [];
  const states: StreamState[] = [];
  const heard: StreamMessage[] = [];
  const onReady = vi.fn();
  const onUnauthenticated = vi.fn();
  const stream = new Stream({
    url: "ws://house/ws",
    token: () => "secret",
    accountId: () => 3,
    onMessage: (message) => heard.push(message),
    onState: (state) => states.push(state),
    onReady,
    onUnauthenticated,
    random: () => 1,
    makeSocket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
  });
  const last = () => sockets[sockets.length - 1]!;
  const goLive = () => {
    last().open();
    last().say({ type: "authenticated", expiresAt: 1 });
  };
  return { stream, sockets, states, heard, onReady, onUnauthenticated, last, goLive };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("backoff", () => {
  it("doubles up to ten seconds and never goes all at once", () => {
    const longest = [0, 1, 2, 3, 4, 5, 9, 1000].map((attempt) => backoff(attempt, () => 1));
    expect(longest).toEqual([400, 800, 1600, 3200, 6400, 10000, 10000, 10000]);
    expect(backoff(9, () => 0)).toBe(LONGEST_MS / 2);
  });
});

describe("Stream", () => {
  it("says who it is, then asks for what is wanted", () => {
    const { stream, last, goLive, onReady, states } = makeStream();
    stream.subscribe({ type: "quotes" });
    stream.start();
    goLive();
    expect(last().sent).toEqual([
      { action: "auth", token: "secret", accountId: 3 },
      { action: "subscribe", type: "quotes" },
    ]);
    expect(onReady).toHaveBeenCalledOnce();
    expect(states.map((state) => state.kind)).toEqual(["connecting", "live"]);
    stream.stop();
  });

  it("comes back after a loss and asks again for all that is still wanted", () => {
    const { stream, sockets, goLive, last, onReady } = makeStream();
    stream.subscribe({ type: "quotes" });
    const stop = stream.subscribe({ type: "candles", symbols: ["EURUSD"], timeframe: "1m" });
    stream.start();
    goLive();
    stop();
    expect(last().sent[3]).toMatchObject({ action: "unsubscribe", type: "candles" });
    last().drop();
    vi.advanceTimersByTime(399);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(sockets).toHaveLength(2);
    goLive();
    expect(last().sent.slice(1)).toEqual([{ action: "subscribe", type: "quotes" }]);
    expect(onReady).toHaveBeenCalledTimes(2);
    stream.stop();
  });

  it("waits longer each time, says until when, and starts over once it was live", () => {
    const { stream, states, last, goLive } = makeStream();
    stream.start();
    const waits = () => {
      const state = states[states.length - 1]!;
      return state.kind === "waiting" ? state.retryAt - Date.now() : null;
    };
    const seen = [];
    for (let round = 0; round < 7; round += 1) {
      last().drop();
      seen.push(waits());
      vi.advanceTimersByTime(waits() ?? 0);
    }
    expect(seen).toEqual([400, 800, 1600, 3200, 6400, 10000, 10000]);
    goLive();
    last().drop();
    expect(waits()).toBe(400);
    stream.stop();
  });

  it("goes at once when the network is back", () => {
    const { stream, sockets, last } = makeStream();
    stream.start();
    last().drop();
    stream.retryNow();
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(20);
    stream.retryNow(); // already under way
    expect(sockets).toHaveLength(2);
    stream.stop();
  });

  it("gives up a connection that went silent, after asking for a word", () => {
    const { stream, sockets, last, goLive } = makeStream();
    stream.start();
    goLive();
    vi.advanceTimersByTime(14_000);
    expect(last().sent.some((message) => message["requestId"] === "are-you-there")).toBe(true);
    last().say({ type: "response", requestId: "are-you-there" });
    vi.advanceTimersByTime(14_000);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(10_000);
    expect(sockets[0]!.isClosed).toBe(true);
    expect(sockets.length).toBeGreaterThan(1);
    stream.stop();
  });

  it("gives up a connection that never opens", () => {
    const { stream, sockets } = makeStream();
    stream.start();
    vi.advanceTimersByTime(12_000);
    expect(sockets.length).toBeGreaterThan(1);
    stream.stop();
  });

  it("stops and tells when the token is refused", () => {
    const first = makeStream();
    first.stream.start();
    first.last().open();
    first.last().say({ type: "error", code: "UNAUTHENTICATED", detail: "" });
    expect(first.onUnauthenticated).toHaveBeenCalledOnce();
    const second = makeStream();
    second.stream.start();
    second.goLive();
    second.last().drop("UNAUTHENTICATED");
    expect(second.onUnauthenticated).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(60_000);
    expect(second.sockets).toHaveLength(1);
  });

  it("passes messages on and lets what is none go by", () => {
    const { stream, last, goLive, heard } = makeStream();
    stream.start();
    goLive();
    last().onmessage?.({ data: "{" } as MessageEvent);
    last().onmessage?.({ data: "7" } as MessageEvent);
    last().say({ type: "tick", symbol: "EURUSD", bid: 1, ask: 2, timestamp: 3 });
    expect(heard).toHaveLength(1);
    stream.stop();
  });

  it("hears nothing more once it is stopped", () => {
    const { stream, sockets, goLive } = makeStream();
    stream.start();
    goLive();
    stream.stop();
    expect(sockets[0]!.isClosed).toBe(true);
    expect(sockets[0]!.onmessage).toBeNull();
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
  });
});

describe("messages", () => {
  it("are objects with a type", () => {
    expect(parseMessage('{"type":"trade","id":1}')).toMatchObject({ type: "trade" });
    for (const bad of ["", "null", "[]", '{"type":1}', new ArrayBuffer(2)]) {
      expect(parseMessage(bad)).toBeNull();
    }
  });

  it("tell a gap by their numbers", () => {
    const watch = new SequenceWatch();
    expect([5, 6, 8, 9].map((seq) => watch.follows(seq))).toEqual([true, true, false, true]);
    expect(watch.follows(undefined)).toBe(true);
    watch.reset();
    expect(watch.follows(1)).toBe(true);
  });
});
