import { describe, expect, it } from "vitest";

import {
  decimalsOf,
  fixed,
  formatDecimal,
  group,
  parseDecimal,
  signed,
  unitsOf,
} from "../../src/format/decimal";

describe("parseDecimal", () => {
  it.each([
    ["1", 100_000_000n],
    ["0.1", 10_000_000n],
    [".5", 50_000_000n],
    ["1.", 100_000_000n],
    [" 1.38699 ", 138_699_000n],
    ["-0.00000001", -1n],
    ["+2", 200_000_000n],
    ["9999999999.99999999", 999_999_999_999_999_999n],
  ])("reads %s exactly", (text, units) => expect(parseDecimal(text)).toBe(units));

  it.each(["", ".", "-", "1,5", "1e3", "0x10", "1.123456789", "12345678901", "1 2", "NaN", "١"])(
    "refuses %j",
    (text) => expect(parseDecimal(text)).toBeNull(),
  );
});

describe("formatDecimal", () => {
  it("gives back what was read", () => {
    for (const text of ["0", "0.1", "1.38699", "-12.5", "0.00000001", "100"]) {
      expect(formatDecimal(parseDecimal(text)!)).toBe(text);
    }
  });

  it("fills up to the decimals that are wanted", () => {
    expect(formatDecimal(10_000_000n, 2)).toBe("0.10");
    expect(formatDecimal(12_345_000n, 2)).toBe("0.12345");
  });
});

describe("numbers of JSON", () => {
  it("become the units that were sent", () => {
    expect(unitsOf(0.1)).toBe(10_000_000n);
    expect(unitsOf(1e-8)).toBe(1n);
    expect(unitsOf(117250.4)).toBe(11_725_040_000_000n);
  });

  it("tell their decimals", () => {
    expect(decimalsOf(0.01)).toBe(2);
    expect(decimalsOf(1)).toBe(0);
    expect(decimalsOf(1e-7)).toBe(7);
  });
});

describe("shown numbers", () => {
  it("are grouped by thousands", () => {
    expect(group("1234567.89")).toBe("1,234,567.89");
    expect(group("-1234")).toBe("-1,234");
    expect(group("999")).toBe("999");
    expect(group("1234.56789")).toBe("1,234.56789");
  });

  it("have their decimals, and no minus before a zero", () => {
    expect(fixed(10000, 2)).toBe("10,000.00");
    expect(fixed(-0.001, 2)).toBe("0.00");
    expect(fixed(-0.4, 0)).toBe("0");
    expect(fixed(1.5, 0)).toBe("2");
  });

  it("carry a sign where it is asked for, but zero carries none", () => {
    expect(signed(12.3, 2)).toBe("+12.30");
    expect(signed(-12.3, 2)).toBe("-12.30");
    expect(signed(0, 2)).toBe("0.00");
    expect(signed(0.001, 2)).toBe("0.00");
  });
});
