import { describe, expect, it, vi } from "vitest";

import type { Page, Position, SymbolInfo } from "../../src/api/types";
import { groupSymbols, matches } from "../../src/store/catalog";
import { changePercent, DayOpens } from "../../src/store/day_open";
import { keepLogin, readLogin } from "../../src/store/login";
import { createPaged, withNewest, withOlder } from "../../src/store/paged";
import { withUpdate, withValues } from "../../src/store/positions";
import { nextQuote, Quotes } from "../../src/store/quotes";
import { plainText } from "../../src/store/trading";

const position = (id: number, more: Partial<Position> = {}): Position => ({
  id,
  symbol: "EURUSD",
  side: "BUY",
  volume: 0.1,
  openPrice: 1.1,
  currentPrice: 1.1,
  unrealizedPnL: 0,
  sl: null,
  tp: null,
  ...more,
});

describe("positions", () => {
  const now = "2026-01-01T00:00:00Z";

  it("open, change and close by messages", () => {
    let list: Position[] = [];
    list = withUpdate(list, { action: "opened", position: position(1) }, now);
    list = withUpdate(list, { action: "opened", position: position(2) }, now);
    expect(list.map((each) => each.id)).toEqual([2, 1]);
    expect(list[0]!.openTime).toBe(now);
    list = withUpdate(list, { action: "modified", position: position(1, { sl: 1.05 }) }, now);
    expect(list[1]).toMatchObject({ id: 1, sl: 1.05, openTime: now });
    list = withUpdate(list, { action: "closed", position: position(2) }, now);
    expect(list.map((each) => each.id)).toEqual([1]);
  });

  it("are there once, however often a message comes", () => {
    const once = withUpdate([], { action: "opened", position: position(1) }, now);
    expect(withUpdate(once, { action: "opened", position: position(1) }, now)).toHaveLength(1);
    expect(withUpdate([], { action: "closed", position: position(9) }, now)).toEqual([]);
  });

  it("take new values, those that are still there", () => {
    const values = [
      { id: 1, currentPrice: 1.2, unrealizedPnL: 1000 },
      { id: 9, currentPrice: 5, unrealizedPnL: 5 },
    ];
    const list = withValues([position(2), position(1)], values);
    expect(list.map((each) => each.unrealizedPnL)).toEqual([0, 1000]);
    expect(list[1]!.currentPrice).toBe(1.2);
  });
});

describe("quotes", () => {
  const tick = (bid: number) => ({ symbol: "EURUSD", bid, ask: bid + 1, timestamp: bid });

  it("know their direction, and beat with each move of the bid", () => {
    const first = nextQuote(null, tick(5));
    expect(first).toMatchObject({ direction: 0, beat: 0 });
    const up = nextQuote(first, tick(6));
    expect(up).toMatchObject({ direction: 1, beat: 1 });
    const same = nextQuote(up, tick(6));
    expect(same).toMatchObject({ direction: 1, beat: 1 });
    expect(nextQuote(same, tick(2))).toMatchObject({ direction: -1, beat: 2 });
  });

  it("wait for the frame, the latest of each symbol alone", () => {
    const frames: FrameRequestCallback[] = [];
    vi.stubGlobal("requestAnimationFrame", (each: FrameRequestCallback) => frames.push(each));
    const quotes = new Quotes();
    for (let bid = 1; bid <= 500; bid += 1) quotes.offer(tick(bid));
    expect(frames).toHaveLength(1);
    expect(quotes.get("EURUSD")()).toBeNull();
    frames[0]!(0);
    expect(quotes.get("EURUSD")()?.bid).toBe(500);
    expect(quotes.time()).toBe(500);
    quotes.offer(tick(3));
    expect(frames).toHaveLength(2);
    vi.unstubAllGlobals();
  });
});

describe("lists in pages", () => {
  const keyOf = (each: { id: number }) => each.id;
  const page = (ids: number[], nextCursor?: string): Page<{ id: number }> => ({
    items: ids.map((id) => ({ id })),
    ...(nextCursor === undefined ? {} : { nextCursor }),
  });
  const ids = (loaded: { items: readonly { id: number }[] }) => loaded.items.map(keyOf);

  it("keep what is older when the newest are read again", () => {
    const known = { items: [9, 8, 7, 6, 5].map((id) => ({ id })), cursor: "5" };
    const merged = withNewest(known, page([11, 10, 9, 8], "8"), keyOf);
    expect(ids(merged)).toEqual([11, 10, 9, 8, 7, 6, 5]);
    expect(merged.cursor).toBe("5");
  });

  it("leave no hole: without an item in common they begin anew", () => {
    const known = { items: [{ id: 3 }, { id: 2 }], cursor: "2" };
    const merged = withNewest(known, page([30, 29], "29"), keyOf);
    expect(ids(merged)).toEqual([30, 29]);
    expect(merged.cursor).toBe("29");
  });

  it("are just the page when it is all there is", () => {
    const known = { items: [{ id: 3 }, { id: 2 }], cursor: null };
    expect(ids(withNewest(known, page([3]), keyOf))).toEqual([3]);
  });

  it("grow at their end, each item once", () => {
    const known = { items: [{ id: 3 }, { id: 2 }], cursor: "2" };
    const merged = withOlder(known, page([2, 1]), keyOf);
    expect(ids(merged)).toEqual([3, 2, 1]);
    expect(merged.cursor).toBeNull();
  });

  it("are read when somebody looks, and told errors are not lost", async () => {
    const onError = vi.fn();
    const load = vi.fn(() => Promise.resolve(page([2, 1], "1")));
    const list = createPaged({ load, keyOf, onError });
    list.touch();
    expect(load).not.toHaveBeenCalled();
    const stop = list.watch();
    await vi.waitFor(() => expect(list.state()).toBe("ready"));
    expect(list.items()).toHaveLength(2);
    expect(list.hasMore()).toBe(true);
    load.mockImplementationOnce(() => Promise.reject(new Error("away")));
    await list.more();
    expect(onError).toHaveBeenCalledOnce();
    expect(list.state()).toBe("failed");
    expect(list.items()).toHaveLength(2);
    stop();
  });
});

describe("symbols", () => {
  const symbol = (name: string, category: string) =>
    ({
      symbol: name,
      category,
      baseCurrency: name.slice(0, 3),
      quoteCurrency: name.slice(3),
    }) as SymbolInfo;
  const all = [symbol("BTCUSD", "CRYPTO"), symbol("EURUSD", "FOREX"), symbol("GBPJPY", "FOREX")];

  it("are found by name, currency and kind", () => {
    expect(all.filter((each) => matches(each, "usd")).map((each) => each.symbol)).toEqual([
      "BTCUSD",
      "EURUSD",
    ]);
    expect(matches(all[1]!, "eur/usd")).toBe(true);
    expect(matches(all[0]!, "crypto")).toBe(true);
    expect(matches(all[2]!, "eur")).toBe(false);
  });

  it("are grouped, the currencies first", () => {
    const groups = groupSymbols(all, "");
    expect(groups.map((group) => group.title)).toEqual(["Currencies", "Crypto"]);
    expect(groups[0]!.symbols.map((each) => each.symbol)).toEqual(["EURUSD", "GBPJPY"]);
    expect(groupSymbols(all, "nothing")).toEqual([]);
  });
});

describe("the day", () => {
  it("changes in percent of its open, as far as it is shown", () => {
    expect(changePercent(100, 101.234)).toBe(1.23);
    expect(Object.is(changePercent(100, 99.999), 0)).toBe(true);
    expect(changePercent(null, 1)).toBeNull();
    expect(changePercent(0, 1)).toBeNull();
  });

  it("is asked for once a symbol, and not on where it is not offered", async () => {
    const load = vi.fn((name: string) =>
      Promise.resolve({
        items: [{ time: "2026-01-02T00:00:00Z", open: name.length, high: 0, low: 0, close: 0, volume: 1 }],
      }),
    );
    const opens = new DayOpens(load);
    await opens.readAll(["A", "BB", "CCC", "DDDD"]);
    expect(load).toHaveBeenCalledTimes(4);
    await opens.readAll(["A", "BB", "CCC", "DDDD", "EEEEE"]);
    expect(load).toHaveBeenCalledTimes(5);
    expect(opens.get("CCC")()?.open).toBe(3);
    opens.roll("CCC", 7, Date.parse("2026-01-02T23:59:59Z"));
    expect(opens.get("CCC")()?.open).toBe(3);
    opens.roll("CCC", 7, Date.parse("2026-01-03T00:00:01Z"));
    expect(opens.get("CCC")()).toMatchObject({ open: 7, close: 7 });

    const refuse = vi.fn(() => Promise.reject(new Error("404")));
    await new DayOpens(refuse).readAll(["A", "B", "C", "D", "E", "F", "G"]);
    expect(refuse.mock.calls.length).toBeLessThanOrEqual(3);
  });
});

describe("the login", () => {
  it("outlives a reload and is forgotten at logout", () => {
    const login = { token: "t", expiresAt: "", username: "u", accountId: 1, accounts: [1] };
    keepLogin(login);
    expect(readLogin()).toEqual(login);
    keepLogin(null);
    expect(readLogin()).toBeNull();
    sessionStorage.setItem("tribook.login", "{");
    expect(readLogin()).toBeNull();
  });
});

describe("what is sent", () => {
  it("is what was typed, in plain form", () => {
    expect(plainText(" .50")).toBe("0.5");
    expect(plainText("0.10")).toBe("0.1");
    expect(plainText("odd")).toBe("odd");
  });
});
