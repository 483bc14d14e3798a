import { describe, expect, it } from "vitest";

import type { SymbolInfo } from "../../src/api/types";
import { firstChoice, groupSymbols } from "../../src/store/catalog";
import { glance } from "../../src/store/glance";

const symbol = (name: string, category: string, marketOpen: boolean, state = "OPEN") =>
  ({ symbol: name, category, marketOpen, state, baseCurrency: "", quoteCurrency: "" }) as SymbolInfo;

const weekend = [
  symbol("EURUSD", "FOREX", false),
  symbol("XAUUSD", "METAL", false),
  symbol("NEWUSD", "CRYPTO", true, "DISABLED"),
  symbol("BTCUSD", "CRYPTO", true),
];
const weekday = weekend.map((each) => ({ ...each, marketOpen: true }));

describe("on a weekend", () => {
  it("kinds with an open market come first, the others keep their order", () => {
    const kinds = (list: SymbolInfo[]) => groupSymbols(list, "").map((group) => group.category);
    expect(kinds(weekend)).toEqual(["CRYPTO", "FOREX", "METAL"]);
    expect(kinds(weekday)).toEqual(["FOREX", "METAL", "CRYPTO"]);
  });

  it("the page begins with a market that is open", () => {
    expect(firstChoice(weekend)?.symbol).toBe("BTCUSD");
    expect(firstChoice(weekday)?.symbol).toBe("EURUSD");
    expect(firstChoice(weekend.slice(0, 2))?.symbol).toBe("EURUSD");
    expect(firstChoice([])).toBeUndefined();
  });
});

describe("a glance at a symbol", () => {
  const day = { open: 1.25, close: 1.2, day: 20_000 };
  const closed = { marketOpen: false };
  const open = { marketOpen: true };

  it("has the last close and the last day of a closed market without a quote", () => {
    expect(glance(closed, null, day)).toEqual({ isClosed: true, last: 1.2, change: -4 });
    expect(glance(closed, null, null)).toEqual({ isClosed: true, last: null, change: null });
  });

  it("has the quote as soon as there is one", () => {
    expect(glance(closed, { bid: 1.3 }, day)).toEqual({ isClosed: true, last: 1.3, change: 4 });
    expect(glance(open, { bid: 1.3 }, day)).toEqual({ isClosed: false, last: 1.3, change: 4 });
  });

  it("takes no old price for that of an open market", () => {
    expect(glance(open, null, day)).toEqual({ isClosed: false, last: null, change: null });
    expect(glance(undefined, null, day).last).toBeNull();
  });
});
