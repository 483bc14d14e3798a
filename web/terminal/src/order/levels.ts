// Stop loss and take profit as they are typed: which side they fit, how far they are, what they cost.

import { parseDecimal, unitsOf } from "../format/decimal";
import { pipsBetween } from "../format/price";
import type { Side } from "../api/types";

export type LevelKind = "sl" | "tp";

export interface LevelMarket {
  digits: number;
  tickSize: number;
  pipSize: number;
  stopsLevelPips: number | null;
  bid: number;
  ask: number;
}

export interface Level {
  /** What is wrong with it whatever the side. */
  problem: string | null;
  /** The side of an order that it fits, null when it is empty or wrong. */
  side: Side | null;
  /** From the price that the order would fill at; above 0 when it wins. */
  pips: number;
}

const NONE: Level = { problem: null, side: null, pips: 0 };

export const COMMA = "Use a point for decimals, as in 1.25.";

export function readLevel(kind: LevelKind, text: string, market: LevelMarket): Level {
  if (text.trim() === "") return NONE;
  const units = parseDecimal(text);
  if (units === null) {
    return { ...NONE, problem: text.includes(",") ? COMMA : "This is not a price." };
  }
  if (units <= 0n) return { ...NONE, problem: "A price is above 0." };
  const tick = unitsOf(market.tickSize);
  if (tick > 0n && units % tick !== 0n) {
    return { ...NONE, problem: `Prices go in steps of ${market.tickSize.toFixed(market.digits)}.` };
  }
  const value = Number(text);
  // A stop below the price protects a buyer; a target below it is a seller's.
  const isBelow = units < unitsOf(market.bid);
  const isAbove = units > unitsOf(market.ask);
  if (!isBelow && !isAbove) {
    return { ...NONE, problem: "It lies within the spread: it would be hit at once." };
  }
  const side: Side = isBelow === (kind === "sl") ? "BUY" : "SELL";
  const entry = side === "BUY" ? market.ask : market.bid;
  const pips = pipsBetween(entry, value, market.pipSize) * (side === "BUY" ? 1 : -1);
  return { problem: tooClose(value, side, market), side, pips };
}

/** Positions are closed at the other price than they open at: that one counts for the distance. */
function tooClose(value: number, side: Side, market: LevelMarket): string | null {
  if (!market.stopsLevelPips) return null;
  const exit = side === "BUY" ? market.bid : market.ask;
  const distance = Math.abs(pipsBetween(exit, value, market.pipSize));
  if (distance >= market.stopsLevelPips) return null;
  return `At least ${market.stopsLevelPips} pips from the price.`;
}

/** Why an order of this side cannot carry these levels, or null. */
export function levelsAgainst(side: Side, sl: Level, tp: Level): string | null {
  if (sl.problem) return `Stop loss: ${sl.problem}`;
  if (tp.problem) return `Take profit: ${tp.problem}`;
  if (sl.side && sl.side !== side) return `This stop loss fits a ${sl.side} only.`;
  if (tp.side && tp.side !== side) return `This take profit fits a ${tp.side} only.`;
  return null;
}
