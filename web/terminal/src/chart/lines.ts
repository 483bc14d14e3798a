// The lines that a symbol's open positions draw into its chart.

import type { Position } from "../api/types";

export type LineKind = "bid" | "ask" | "entry" | "sl" | "tp";

export interface ChartLine {
  key: string;
  kind: LineKind;
  value: number;
  label: string;
}

export function positionLines(
  positions: readonly Position[],
  symbol: string,
  volumeText: (volume: number) => string,
): ChartLine[] {
  const lines: ChartLine[] = [];
  for (const { id, symbol: own, side, volume, openPrice, sl, tp } of positions) {
    if (own !== symbol) continue;
    const label = `#${id} ${side === "BUY" ? "▲" : "▼"} ${side} ${volumeText(volume)}`;
    lines.push({ key: `${id}-entry`, kind: "entry", value: openPrice, label });
    if (sl) lines.push({ key: `${id}-sl`, kind: "sl", value: sl, label: `#${id} SL` });
    if (tp) lines.push({ key: `${id}-tp`, kind: "tp", value: tp, label: `#${id} TP` });
  }
  return lines;
}

/** What to add, change and take away to get from one set of lines to another. */
export function lineChanges(old: ReadonlyMap<string, ChartLine>, wanted: readonly ChartLine[]) {
  const keys = new Set(wanted.map((line) => line.key));
  const added: ChartLine[] = [];
  const changed: ChartLine[] = [];
  for (const line of wanted) {
    const known = old.get(line.key);
    if (!known) added.push(line);
    else if (known.value !== line.value || known.label !== line.label) changed.push(line);
  }
  return { added, changed, removed: [...old.keys()].filter((key) => !keys.has(key)) };
}
