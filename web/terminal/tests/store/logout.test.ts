import { createRoot } from "solid-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { createMessages } from "../../src/store/messages";
import { createTerminal } from "../../src/store/terminal";

const login = { token: "t", expiresAt: "", username: "u", accountId: 1, accounts: [1] };

/** What happened to the server, in its order: "GET /api/x", "abort /api/x", "close /ws". */
let events: string[] = [];
let sockets: FakeSocket[] = [];

class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  constructor() {
    sockets.push(this);
  }
  send(): void {}
  close(): void {
    events.push("close /ws");
  }
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const symbols = ["A", "B", "C", "D", "E"].map((symbol) => ({ symbol, category: "FOREX", bid: null, ask: null }));

/** Answers at once, but never candles. */
function fakeFetch(path: string, init: RequestInit): Promise<Response> {
  events.push(`${init.method ?? ""} ${path.split("?")[0] ?? ""}`);
  if (!path.startsWith("/api/ohlc")) {
    const body = path.startsWith("/api/symbols") ? { items: symbols } : { items: [] };
    return Promise.resolve(new Response(JSON.stringify(body)));
  }
  return new Promise((_, fail) => {
    init.signal?.addEventListener("abort", () => {
      events.push("abort /api/ohlc");
      fail(new DOMException("aborted", "AbortError"));
    });
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("fetch", vi.fn(fakeFetch));
  events = [];
  sockets = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  localStorage.clear();
});

async function liveTerminal() {
  const messages = createMessages();
  const onExpired = vi.fn();
  const made = createRoot((dispose) => ({
    terminal: createTerminal({ login, messages, onExpired }),
    dispose,
  }));
  sockets[0]!.onopen?.();
  sockets[0]!.say({ type: "authenticated", expiresAt: 0 });
  await vi.advanceTimersByTimeAsync(1_000);
  return { ...made, messages, onExpired };
}

describe("logging out", () => {
  it("ends all else before the token, and sends nothing after it", async () => {
    const { terminal, messages, onExpired, dispose } = await liveTerminal();
    expect(events.filter((each) => each === "GET /api/ohlc")).toHaveLength(3);
    events = [];
    await terminal.logOut();
    expect(events).toEqual(["close /ws", ...Array<string>(3).fill("abort /api/ohlc"), "POST /api/logout"]);
    events = [];
    const late = vi.fn();
    terminal.api.get("/api/account/trades").catch(late);
    terminal.retryConnection();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(late).toHaveBeenCalledOnce();
    expect(events).toEqual([]);
    expect(sockets).toHaveLength(1);
    expect(messages.log()).toEqual([]);
    expect(onExpired).not.toHaveBeenCalled();
    dispose();
  });

  it("happens on its own when the page goes on to another account", async () => {
    const { dispose } = await liveTerminal();
    events = [];
    dispose();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(events).toEqual(["close /ws", ...Array<string>(3).fill("abort /api/ohlc")]);
  });
});

describe("the symbol that the page begins with", () => {
  it("is not remembered as if it had been picked", async () => {
    const { terminal, dispose } = await liveTerminal();
    expect(terminal.selected()).toBe("A");
    expect(localStorage.getItem("tribook.symbol")).toBeNull();
    terminal.select("C");
    expect(terminal.selected()).toBe("C");
    expect(localStorage.getItem("tribook.symbol")).toBe('"C"');
    dispose();
  });
});
