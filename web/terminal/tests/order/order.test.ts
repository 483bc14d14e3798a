import { describe, expect, it, vi } from "vitest";

import { ApiError, ClosedError, NetworkError } from "../../src/api/errors";
import type { MarketOrder } from "../../src/api/types";
import { levelsAgainst, readLevel } from "../../src/order/levels";
import { moneyOf } from "../../src/order/risk";
import { marketAgainst } from "../../src/order/readiness";
import { makeOrderId, submitOrder, WAITS_MS } from "../../src/order/submit";
import { firstVolume, partProblem, shareOf, stepVolume, volumeProblem } from "../../src/order/volume";

const rule = { minVolume: 0.01, maxVolume: 50, volumeStep: 0.01 };
const market = {
  digits: 5,
  tickSize: 0.00001,
  pipSize: 0.0001,
  stopsLevelPips: 5,
  bid: 1.1,
  ask: 1.1002,
};

describe("volume", () => {
  it.each([
    ["0.1", null],
    ["50", null],
    ["", "Enter a volume in lots."],
    ["0,1", "Use a point for decimals, as in 1.25."],
    ["many", "This is not a number."],
    ["0", "At least 0.01 lots."],
    ["-1", "At least 0.01 lots."],
    ["50.01", "At most 50.00 lots."],
    ["0.015", "In steps of 0.01 lots."],
    // 0.07 is no multiple of 0.01 in binary fractions.
    ["0.07", null],
  ])("%j: %s", (text, problem) => expect(volumeProblem(text, rule)).toBe(problem));

  it("steps on the grid, within the range", () => {
    expect(stepVolume("0.10", 1, rule)).toBe("0.11");
    expect(stepVolume("0.10", -1, rule)).toBe("0.09");
    expect(stepVolume("0.105", 1, rule)).toBe("0.11");
    expect(stepVolume("0.105", -1, rule)).toBe("0.10");
    expect(stepVolume("0.01", -1, rule)).toBe("0.01");
    expect(stepVolume("50", 1, rule)).toBe("50.00");
    expect(stepVolume("junk", 1, rule)).toBe("0.02");
  });

  it("of a part leaves nothing, or enough", () => {
    expect(partProblem("0.05", 0.1, rule)).toBeNull();
    expect(partProblem("0.1", 0.1, rule)).toBeNull();
    expect(partProblem("0.11", 0.1, rule)).toBe("The position has 0.10 lots.");
    const coarse = { minVolume: 0.1, maxVolume: 50, volumeStep: 0.01 };
    expect(partProblem("0.45", 0.5, coarse)).toContain("What stays open");
  });

  it("of a share lies on the grid", () => {
    expect(shareOf(0.1, 25, rule)).toBe("0.02");
    expect(shareOf(0.01, 50, rule)).toBe("0.01");
    expect(shareOf(3, 50, rule)).toBe("1.50");
  });

  it("begins with what the symbol trades", () => {
    expect(firstVolume(rule)).toBe("0.10");
    expect(firstVolume({ minVolume: 1, maxVolume: 100, volumeStep: 1 })).toBe("1");
  });
});

describe("levels", () => {
  it("fit the side that they protect", () => {
    expect(readLevel("sl", "1.098", market)).toMatchObject({ side: "BUY", problem: null, pips: -22 });
    expect(readLevel("sl", "1.102", market)).toMatchObject({ side: "SELL", pips: -20 });
    expect(readLevel("tp", "1.105", market)).toMatchObject({ side: "BUY", pips: 48 });
    expect(readLevel("tp", "1.095", market)).toMatchObject({ side: "SELL", pips: 50 });
    expect(readLevel("sl", " ", market)).toMatchObject({ side: null, problem: null });
  });

  it.each([
    ["abc", "This is not a price."],
    ["1,098", "Use a point for decimals, as in 1.25."],
    ["0", "A price is above 0."],
    ["1.0980001", "Prices go in steps of 0.00001."],
    ["1.1001", "It lies within the spread: it would be hit at once."],
    ["1.0996", "At least 5 pips from the price."],
  ])("%s: %s", (text, problem) => expect(readLevel("sl", text, market).problem).toBe(problem));

  it("speak against the other side", () => {
    const sl = readLevel("sl", "1.098", market);
    const none = readLevel("tp", "", market);
    expect(levelsAgainst("BUY", sl, none)).toBeNull();
    expect(levelsAgainst("SELL", sl, none)).toContain("fits a BUY only");
    expect(levelsAgainst("BUY", readLevel("sl", "x", market), none)).toContain("Stop loss");
  });

  it("are worth their pips", () => {
    expect(moneyOf(-22, "0.5", 10)).toBe(-110);
    expect(moneyOf(1, "0.5", null)).toBeNull();
    expect(moneyOf(1, "", 10)).toBeNull();
  });
});

describe("what is against any order", () => {
  const symbol = { marketOpen: true };

  it("is told by the first thing that counts", () => {
    const now = { symbol, isLive: true, hasQuote: true };
    expect(marketAgainst(now)).toBeNull();
    expect(marketAgainst({ ...now, symbol: undefined })).toMatch(/Pick a market/);
    expect(marketAgainst({ ...now, isLive: false, hasQuote: false })).toMatch(/Not connected/);
    expect(marketAgainst({ ...now, hasQuote: false })).toBe("There is no price yet.");
    const closed = { ...now, symbol: { marketOpen: false } };
    expect(marketAgainst(closed)).toBe("This market is closed now.");
    expect(marketAgainst({ ...closed, hasQuote: false })).toBe("This market is closed now.");
  });
});

describe("submitOrder", () => {
  const order: MarketOrder = {
    symbol: "EURUSD",
    side: "BUY",
    volume: "0.1",
    clientOrderId: "web-1",
  };
  const wait = () => Promise.resolve();
  const filled = { orderId: 1, status: "FILLED", filledPrice: 1.1 };

  it("asks again under the same id when no answer came", async () => {
    const place = vi
      .fn<(order: MarketOrder) => Promise<typeof filled>>()
      .mockRejectedValueOnce(new NetworkError())
      .mockRejectedValueOnce(new ApiError(503, "UNAVAILABLE", ""))
      .mockResolvedValueOnce(filled);
    const onRetry = vi.fn();
    const outcome = await submitOrder(order, { place, wait, onRetry });
    expect(outcome).toEqual({ kind: "filled", answer: filled });
    expect(onRetry).toHaveBeenCalledTimes(2);
    const ids = place.mock.calls.map(([sent]) => sent.clientOrderId);
    expect(new Set(ids)).toEqual(new Set(["web-1"]));
  });

  it("takes a refusal as the answer", async () => {
    const error = new ApiError(422, "MARKET_CLOSED", "");
    const place = vi.fn().mockRejectedValue(error);
    expect(await submitOrder(order, { place, wait })).toEqual({ kind: "refused", error });
    expect(place).toHaveBeenCalledOnce();
  });

  it("says that it does not know when no answer ever comes", async () => {
    const place = vi.fn().mockRejectedValue(new NetworkError());
    expect(await submitOrder(order, { place, wait })).toEqual({ kind: "unknown" });
    expect(place).toHaveBeenCalledTimes(WAITS_MS.length + 1);
  });

  it("says so too when the login ended before an answer came", async () => {
    const place = vi.fn().mockRejectedValueOnce(new NetworkError()).mockRejectedValue(new ClosedError());
    expect(await submitOrder(order, { place, wait })).toEqual({ kind: "unknown" });
    expect(place).toHaveBeenCalledTimes(2);
  });

  it("says busy when nothing but that was said", async () => {
    const place = vi.fn().mockRejectedValue(new ApiError(503, "BUSY", ""));
    expect(await submitOrder(order, { place, wait })).toMatchObject({ kind: "refused" });
  });

  it("tells an order that is still working from a filled one", async () => {
    const place = () => Promise.resolve({ orderId: 1, status: "PENDING" });
    expect(await submitOrder(order, { place, wait })).toMatchObject({ kind: "working" });
  });

  it("makes ids that fit and differ", () => {
    const ids = new Set(Array.from({ length: 100 }, makeOrderId));
    expect(ids.size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^web-[0-9a-f]{24}$/);
  });
});
