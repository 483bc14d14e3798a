import { decimalsOf, fixed, unitsOf } from "./decimal";

export interface PriceShape {
  digits: number;
  pipSize: number;
}

export function price(value: number | null | undefined, digits: number): string {
  return value == null ? "–" : fixed(value, digits);
}

/** The distance in pips, exact in the engine's units, to one decimal. */
export function pipsBetween(from: number, to: number, pipSize: number): number {
  const pip = unitsOf(pipSize);
  if (pip === 0n) return 0;
  return Number(((unitsOf(to) - unitsOf(from)) * 1000n) / pip) / 1000;
}

export function spreadPips(bid: number, ask: number, pipSize: number): string {
  return fixed(pipsBetween(bid, ask, pipSize), 1);
}

export interface PriceParts {
  head: string;
  pips: string;
  tail: string;
}

/** A price as dealers read it: 1.38|69|9, the pips large. */
export function splitPrice(text: string, shape: PriceShape): PriceParts {
  const pipDecimals = shape.pipSize >= 1 ? 0 : decimalsOf(shape.pipSize);
  const point = text.indexOf(".");
  const wholeEnd = point < 0 ? text.length : point;
  const end = pipDecimals === 0 ? wholeEnd : Math.min(text.length, wholeEnd + 1 + pipDecimals);
  let start = end;
  let digits = 0;
  while (start > 0 && digits < 2) {
    start -= 1;
    if (/\d/.test(text[start] ?? "")) digits += 1;
  }
  return { head: text.slice(0, start), pips: text.slice(start, end), tail: text.slice(end) };
}
