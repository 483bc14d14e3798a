import { describe, expect, it } from "vitest";

import { money, moneyDecimals, percent, signedMoney, tone } from "../../src/format/money";
import { pipsBetween, price, splitPrice, spreadPips } from "../../src/format/price";
import { brief, clock, dayAndClock } from "../../src/format/time";

describe("money", () => {
  it("has the decimals of its currency", () => {
    expect(moneyDecimals("USD")).toBe(2);
    expect(moneyDecimals("JPY")).toBe(0);
    expect(moneyDecimals("KWD")).toBe(3);
    expect(moneyDecimals("BTC")).toBe(8);
    expect(money(1000000, "JPY")).toBe("1,000,000");
    expect(money(10000, "EUR")).toBe("10,000.00");
    expect(signedMoney(0.5, "USD")).toBe("+0.50");
  });

  it("is a dash when it is not known", () => {
    expect(money(null, "USD")).toBe("–");
    expect(percent(null)).toBe("–");
    expect(percent(9221.48)).toBe("9,221.48 %");
  });

  it("is coloured by what it is", () => {
    expect([tone(1), tone(-1), tone(0), tone(null)]).toEqual(["up", "down", "flat", "flat"]);
  });
});

describe("prices", () => {
  it("are shown with the symbol's digits", () => {
    expect(price(1.387, 5)).toBe("1.38700");
    expect(price(38221, 0)).toBe("38,221");
    expect(price(null, 5)).toBe("–");
  });

  it("are apart by exact pips", () => {
    expect(pipsBetween(1.08432, 1.08449, 0.0001)).toBe(1.7);
    expect(pipsBetween(151.342, 151.331, 0.01)).toBe(-1.1);
    expect(pipsBetween(1, 2, 0)).toBe(0);
    // In binary fractions this would be 0.9999...
    expect(spreadPips(1.38699, 1.38709, 0.0001)).toBe("1.0");
  });

  it.each([
    ["1.38699", 0.0001, { head: "1.38", pips: "69", tail: "9" }],
    ["157.421", 0.01, { head: "157.", pips: "42", tail: "1" }],
    ["2,345.67", 0.1, { head: "2,34", pips: "5.6", tail: "7" }],
    ["117,250.40", 1, { head: "117,2", pips: "50", tail: ".40" }],
    ["38,221", 1, { head: "38,2", pips: "21", tail: "" }],
    ["1.3869", 0.0001, { head: "1.38", pips: "69", tail: "" }],
  ])("%s with pips of %d show their pips large", (text, pipSize, parts) => {
    const split = splitPrice(text, { digits: 5, pipSize });
    expect(split).toEqual(parts);
    expect(split.head + split.pips + split.tail).toBe(text);
  });
});

describe("times", () => {
  it("are shown in UTC, from text and from milliseconds", () => {
    expect(clock("2026-01-21T22:04:05.678Z")).toBe("22:04:05");
    expect(dayAndClock("2026-01-21T22:04:05+02:00")).toBe("2026-01-21 20:04:05");
    expect(dayAndClock(0)).toBe("1970-01-01 00:00:00");
    expect(brief("2026-11-21T13:03:59Z")).toBe("21 Nov 13:03");
  });

  it("are a dash when they are none", () => {
    expect([clock("soon"), dayAndClock(null), brief(undefined)]).toEqual(["–", "–", "–"]);
  });
});
