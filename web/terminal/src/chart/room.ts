// How much of a pane's height is kept free above what is drawn, so that its legend covers none of it.

import type { Indicator } from "./indicators";

const ROW = 19;
/** Above the rows, and below them for the mark of the highest price. */
const CANDLES_OFFSET = 22;
/** For the one row of an indicator with a pane of its own. */
export const PANE_ROOM = 25;
/** The library's own share below. */
export const BOTTOM_GAP = 0.1;
const MOST = 0.35;

const OVER_CANDLES: readonly Indicator[] = ["MA", "EMA", "BOLL"];

/** The room for the candles' legend and a row for each indicator drawn over them, in pixels. */
export function candlesRoom(indicators: readonly Indicator[], isNarrow: boolean): number {
  const rows = OVER_CANDLES.filter((each) => indicators.includes(each)).length + 1;
  // On a narrow screen the candles' own takes two, and that of three bands too.
  const wrapped = isNarrow ? 1 + (indicators.includes("BOLL") ? 1 : 0) : 0;
  return CANDLES_OFFSET + (rows + wrapped) * ROW;
}

/** The gap as the chart wants it: a share of the height that is drawn in, not of the pane's. */
export function topGap(room: number, height: number): number {
  if (height <= 0) return 0;
  const share = Math.min(room / height, MOST);
  return (share * (1 + BOTTOM_GAP)) / (1 - share);
}
