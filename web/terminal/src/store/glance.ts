// What there is to see of a symbol at a glance, whether its market is open or not.

import type { SymbolInfo } from "../api/types";
import { changePercent, type Day } from "./day_open";
import type { Quote } from "./quotes";

export interface Glance {
  isClosed: boolean;
  /** The bid; of a closed market without a quote what its last candle closed at. */
  last: number | null;
  /** Of the day, in percent; of a closed market that of its last day. */
  change: number | null;
}

export function glance(
  symbol: Pick<SymbolInfo, "marketOpen"> | undefined,
  quote: Pick<Quote, "bid"> | null,
  day: Day | null,
): Glance {
  const isClosed = symbol?.marketOpen === false;
  const last = quote?.bid ?? (isClosed ? (day?.close ?? null) : null);
  return { isClosed, last, change: changePercent(day?.open ?? null, last) };
}
