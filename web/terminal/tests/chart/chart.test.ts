import { describe, expect, it, vi } from "vitest";

import type { Api } from "../../src/api/client";
import type { Position } from "../../src/api/types";
import { barOf, createCandles, isNewer } from "../../src/chart/candles";
import { areIndicators } from "../../src/chart/indicators";
import { lineChanges, positionLines } from "../../src/chart/lines";
import { BOTTOM_GAP, candlesRoom, PANE_ROOM, topGap } from "../../src/chart/room";
import { isTimeframe } from "../../src/chart/timeframes";
import type { Stream, Subscription } from "../../src/stream/stream";

const candle = { open: 1, high: 3, low: 0.5, close: 2, volume: 7 };

describe("candles", () => {
  it("are read oldest first, page by page", async () => {
    const get = vi.fn(() =>
      Promise.resolve({ items: [{ time: "2026-01-02T03:04:00Z", ...candle }], nextCursor: "42" }),
    );
    const stream = { subscribe: () => () => undefined } as unknown as Stream;
    const candles = createCandles({ get } as unknown as Api, stream);
    const page = await candles.read("EURUSD", "1m", "99");
    expect(page).toEqual({
      bars: [{ timestamp: Date.UTC(2026, 0, 2, 3, 4), ...candle }],
      cursor: "42",
    });
    expect(get).toHaveBeenCalledWith("/api/ohlc", {
      symbol: "EURUSD",
      timeframe: "1m",
      limit: 500,
      cursor: "99",
    });
  });

  it("are followed while somebody looks at them", () => {
    const stopped: Subscription[] = [];
    const stream = {
      subscribe: (subscription: Subscription) => () => stopped.push(subscription),
    } as unknown as Stream;
    const candles = createCandles({} as Api, stream);
    const listener = vi.fn();
    const stop = candles.follow("EURUSD", "5m", listener);
    const message = { type: "candle" as const, symbol: "EURUSD", time: 5, ...candle };
    candles.hear({ ...message, timeframe: "5m" });
    candles.hear({ ...message, timeframe: "1m" });
    expect(listener).toHaveBeenCalledExactlyOnceWith({ timestamp: 5, ...candle });
    stop();
    candles.hear({ ...message, timeframe: "5m" });
    expect(listener).toHaveBeenCalledOnce();
    expect(stopped).toEqual([{ type: "candles", symbols: ["EURUSD"], timeframe: "5m" }]);
  });

  it("never go back to an earlier state", () => {
    const known = barOf({ time: "2026-01-01T00:01:00Z", ...candle });
    const at = known.timestamp;
    expect(isNewer({ ...known, volume: 8 }, known)).toBe(true);
    expect(isNewer({ ...known, volume: 6 }, known)).toBe(false);
    expect(isNewer({ ...known, timestamp: at + 60_000, volume: 1 }, known)).toBe(true);
    expect(isNewer({ ...known, timestamp: at - 60_000 }, known)).toBe(false);
    expect(isNewer(known, undefined)).toBe(true);
  });
});

describe("lines", () => {
  const position = {
    id: 4,
    symbol: "EURUSD",
    side: "BUY",
    volume: 0.1,
    openPrice: 1.1,
    sl: 1.09,
    tp: null,
  } as Position;

  it("are those of the symbol's positions", () => {
    const other = { ...position, id: 5, symbol: "GBPUSD" };
    const lines = positionLines([position, other], "EURUSD", (volume) => volume.toFixed(2));
    expect(lines.map((line) => [line.key, line.kind, line.value])).toEqual([
      ["4-entry", "entry", 1.1],
      ["4-sl", "sl", 1.09],
    ]);
    expect(lines[0]!.label).toContain("BUY 0.10");
  });

  it("change no more than what changed", () => {
    const line = (key: string, value: number) => ({ key, kind: "bid" as const, value, label: "" });
    const old = new Map([line("a", 1), line("b", 2), line("c", 3)].map((each) => [each.key, each]));
    const changes = lineChanges(old, [line("a", 1), line("b", 5), line("d", 4)]);
    expect(changes.added.map((each) => each.key)).toEqual(["d"]);
    expect(changes.changed.map((each) => each.key)).toEqual(["b"]);
    expect(changes.removed).toEqual(["c"]);
  });
});

describe("the room for a legend", () => {
  it("grows with what is drawn over the candles, and on a narrow screen", () => {
    const none = candlesRoom(["VOL", "RSI"], false);
    expect(candlesRoom(["MA", "VOL"], false)).toBeGreaterThan(none);
    expect(candlesRoom(["MA", "BOLL"], false)).toBeGreaterThan(candlesRoom(["MA"], false));
    expect(candlesRoom(["MA"], true)).toBeGreaterThan(candlesRoom(["MA"], false));
  });

  it("is kept free above what is drawn, but leaves most of the height to it", () => {
    const kept = (gap: number, height: number) => (height * gap) / (1 + gap + BOTTOM_GAP);
    expect(kept(topGap(PANE_ROOM, 84), 84)).toBeCloseTo(PANE_ROOM);
    expect(kept(topGap(60, 400), 400)).toBeCloseTo(60);
    expect(kept(topGap(200, 100), 100)).toBeLessThan(50);
    // From 1 on the chart would take it for pixels.
    expect(topGap(1_000, 10)).toBeLessThan(1);
    expect(topGap(25, 0)).toBe(0);
  });
});

describe("what is remembered", () => {
  it("is looked at before it is used", () => {
    expect([isTimeframe("5m"), isTimeframe("2m"), isTimeframe(5)]).toEqual([true, false, false]);
    expect(areIndicators(["MA", "RSI"])).toBe(true);
    expect(areIndicators(["SECRET"])).toBe(false);
    expect(areIndicators("MA")).toBe(false);
  });
});
