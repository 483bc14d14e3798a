// All that touches the chart library. Loaded when the page is up: it is the largest part of it.

import {
  dispose,
  init,
  type Chart,
  type DataLoaderGetBarsParams,
  type IndicatorCreate,
  type KLineData,
} from "klinecharts";

import { isNewer, type Bar, type BarPage, type Candles } from "./candles";
import type { Indicator } from "./indicators";
import { LEVEL, type LevelData } from "./level_overlay";
import { lineChanges, type ChartLine, type LineKind } from "./lines";
import type { Palette } from "./palette";
import { BOTTOM_GAP, candlesRoom, PANE_ROOM, topGap } from "./room";
import { chartChange, chartStyles } from "./styles";
import type { Timeframe } from "./timeframes";

export type ChartStatus =
  | { kind: "loading" }
  | { kind: "ready"; isEmpty: boolean }
  | { kind: "failed"; error: unknown };

export interface ChartMarket {
  symbol: string;
  timeframe: Timeframe;
  digits: number;
}

const CANDLE_PANE = "candle_pane";
/** The indicators that have a pane of their own. */
const PANES: readonly Indicator[] = ["VOL", "RSI", "MACD"];
const PANE_HEIGHT = 84;
const PANE_HEIGHT_MIN = 36;
/** About. */
const X_AXIS_HEIGHT = 26;
/** Room for the lines' tags beside the newest candle. */
const WIDE_OFFSET = 104;
const NARROW_OFFSET = 64;
const NARROW = 500;

const paneOf = (name: Indicator) => `pane_${name}`;

const UNITS = { m: "minute", h: "hour", d: "day" } as const;

function periodOf(timeframe: Timeframe) {
  const unit = timeframe.slice(-1) as keyof typeof UNITS;
  return { type: UNITS[unit], span: Number(timeframe.slice(0, -1)) };
}

export class ChartEngine {
  private readonly chart: Chart;
  private market: ChartMarket | null = null;
  private palette: Palette;
  private isNarrow: boolean;
  private run = 0;
  private cursor: BarPage["cursor"] = null;
  private push: ((bar: KLineData) => void) | null = null;
  private early: Bar[] = [];
  private stopFollowing: (() => void) | null = null;
  private readonly stopResuming: () => void;
  private readonly shown = new Map<string, ChartLine>();
  private readonly indicators = new Map<Indicator, string>();

  constructor(
    private readonly element: HTMLElement,
    private readonly candles: Candles,
    palette: Palette,
    private readonly onStatus: (status: ChartStatus) => void,
  ) {
    this.palette = palette;
    this.isNarrow = element.clientWidth < NARROW;
    const chart = init(element, {
      styles: chartStyles(palette, this.isNarrow),
      timezone: "UTC",
      locale: "en-US",
      hotkey: { enabled: false },
      // Small numbers as they are, not folded to 0.0{3}2.
      decimalFold: { format: String },
    });
    if (!chart) throw new Error("The chart could not be made");
    this.chart = chart;
    chart.setOffsetRightDistance(this.isNarrow ? NARROW_OFFSET : WIDE_OFFSET);
    chart.setDataLoader({
      getBars: (params) => void this.load(params),
      subscribeBar: ({ callback }) => this.live(callback),
      unsubscribeBar: () => this.unfollow(),
    });
    this.stopResuming = candles.onResume(() => void this.resume());
  }

  setMarket(market: ChartMarket): void {
    const old = this.market;
    this.market = market;
    if (old?.digits !== market.digits) this.remakeIndicators();
    if (old?.timeframe !== market.timeframe) this.chart.setPeriod(periodOf(market.timeframe));
    if (old?.symbol !== market.symbol || old.digits !== market.digits) {
      this.setLines([]);
      this.chart.setSymbol({
        ticker: market.symbol,
        pricePrecision: market.digits,
        volumePrecision: 0,
      });
    }
  }

  setTheme(palette: Palette): void {
    this.palette = palette;
    this.chart.setStyles(chartStyles(palette, this.isNarrow));
    // What carries colours of its own is made anew.
    const lines = [...this.shown.values()];
    this.setLines([]);
    this.remakeIndicators();
    this.setLines(lines);
  }

  setIndicators(wanted: readonly Indicator[]): void {
    for (const [name, id] of this.indicators) {
      if (wanted.includes(name)) continue;
      this.chart.removeIndicator({ id });
      this.indicators.delete(name);
    }
    for (const name of wanted) {
      if (this.indicators.has(name)) continue;
      const id = this.addIndicator(name);
      if (id !== null) this.indicators.set(name, id);
    }
    this.fitPanes();
  }

  setLines(wanted: readonly ChartLine[]): void {
    const { added, changed, removed } = lineChanges(this.shown, wanted);
    for (const id of removed) {
      this.chart.removeOverlay({ id });
      this.shown.delete(id);
    }
    for (const line of added) {
      this.chart.createOverlay({
        name: LEVEL,
        id: line.key,
        paneId: CANDLE_PANE,
        lock: true,
        zLevel: line.kind === "bid" || line.kind === "ask" ? 1 : 2,
        points: [{ value: line.value }],
        extendData: this.levelData(line),
      });
      this.shown.set(line.key, line);
    }
    for (const line of changed) {
      const { key: id, value } = line;
      this.chart.overrideOverlay({ id, points: [{ value }], extendData: this.levelData(line) });
      this.shown.set(id, line);
    }
  }

  retry(): void {
    this.chart.resetData();
  }

  resize(): void {
    // Hidden it has no size; it keeps the one it had.
    if (this.element.clientWidth === 0) return;
    this.chart.resize();
    const isNarrow = this.element.clientWidth < NARROW;
    if (isNarrow !== this.isNarrow) {
      this.isNarrow = isNarrow;
      this.chart.setStyles(chartStyles(this.palette, isNarrow));
    }
    this.fitPanes();
  }

  scrollToNow(): void {
    this.chart.scrollToRealTime(160);
  }

  dispose(): void {
    this.run += 1;
    this.stopResuming();
    this.unfollow();
    dispose(this.element);
  }

  private remakeIndicators(): void {
    const wanted = [...this.indicators.keys()];
    this.setIndicators([]);
    this.setIndicators(wanted);
  }

  /** The panes below leave at least half of the height to the candles. */
  private fitPanes(): void {
    const names = PANES.filter((name) => this.indicators.has(name));
    const share = Math.floor(this.element.clientHeight / 2 / Math.max(1, names.length));
    const height = Math.max(PANE_HEIGHT_MIN, Math.min(PANE_HEIGHT, share));
    for (const name of names) {
      this.chart.setPaneOptions({ id: paneOf(name), height, minHeight: PANE_HEIGHT_MIN });
      this.keepRoom(paneOf(name), PANE_ROOM, height);
    }
    const left = this.element.clientHeight - X_AXIS_HEIGHT - names.length * height;
    this.keepRoom(CANDLE_PANE, candlesRoom([...this.indicators.keys()], this.isNarrow), left);
  }

  /** For the legend, which would lie over what is drawn. */
  private keepRoom(paneId: string, room: number, height: number): void {
    this.chart.overrideYAxis({ paneId, gap: { top: topGap(room, height), bottom: BOTTOM_GAP } });
  }

  private addIndicator(name: Indicator): string | null {
    const [first, second, third, fourth] = this.palette.lines;
    switch (name) {
      case "MA":
        return this.addLines(name, [20, 50], [first, second]);
      case "EMA":
        return this.addLines(name, [20], [fourth]);
      case "BOLL":
        return this.addLines(name, [20, 2], [third, third, third]);
      case "VOL":
        return this.addVolume();
      case "RSI":
        return this.addPane(name, [14], {
          precision: 2,
          // By its length, not by its number.
          regenerateFigures: (lengths) =>
            lengths.map((each, index) => ({
              key: `rsi${index + 1}`,
              title: `RSI${String(each)}: `,
              type: "line",
            })),
        });
      case "MACD":
        return this.addPane(name, [12, 26, 9], {
          precision: (this.market?.digits ?? 5) + 1,
          styles: { bars: [chartChange(this.palette)] },
        });
    }
  }

  /** Over the candles. */
  private addLines(
    name: Indicator,
    calcParams: number[],
    colors: (string | undefined)[],
  ): string | null {
    const lines = colors.map((color) => ({ color: color ?? this.palette.accent, size: 1.4 }));
    return this.chart.createIndicator(
      { name, calcParams, paneId: CANDLE_PANE, styles: { lines } },
      true,
    );
  }

  /** Below the candles. */
  private addPane(
    name: Indicator,
    calcParams: number[],
    more: Partial<IndicatorCreate> = {},
  ): string | null {
    const paneId = paneOf(name);
    return this.chart.createIndicator({ ...more, name, calcParams, paneId }, false);
  }

  /** The candles' own legend tells the volume: here it would stand in the bar's pale colour. */
  private addVolume(): string | null {
    const { muted } = this.palette;
    return this.addPane("VOL", [], {
      precision: 0,
      createTooltipDataSource: () => ({
        name: "",
        calcParamsText: "",
        features: [],
        legends: [
          { title: { text: "Volume", color: muted }, value: { text: "", color: muted } },
        ],
      }),
    });
  }

  private levelData({ kind, label }: ChartLine): LevelData {
    const { palette } = this;
    const colors: Record<LineKind, string> = {
      bid: palette.bid,
      ask: palette.ask,
      entry: palette.raised,
      sl: palette.sl,
      tp: palette.tp,
    };
    return {
      label,
      color: colors[kind],
      textColor: kind === "entry" ? palette.text : palette.onColor,
      isDashed: kind === "ask" || kind === "sl" || kind === "tp",
      digits: this.market?.digits ?? 5,
    };
  }

  private async load({ type, callback }: DataLoaderGetBarsParams): Promise<void> {
    const market = this.market;
    if (!market || type === "update") return callback([], false);
    // Only the past is asked for: the present comes by the stream.
    if (type === "backward") return callback([], { backward: false, forward: true });
    const isFirst = type === "init";
    const mine = isFirst ? ++this.run : this.run;
    if (isFirst) {
      this.onStatus({ kind: "loading" });
      this.follow(market);
      this.cursor = null;
    }
    try {
      const page = await this.candles.read(market.symbol, market.timeframe, this.cursor);
      if (mine !== this.run) return;
      this.cursor = page.cursor;
      callback(page.bars, { forward: page.cursor !== null, backward: false });
      if (isFirst) this.onStatus({ kind: "ready", isEmpty: page.bars.length === 0 });
    } catch (error) {
      if (mine !== this.run) return;
      // More of the past may be asked for again by scrolling.
      callback([], { forward: !isFirst, backward: false });
      if (isFirst) this.onStatus({ kind: "failed", error });
    }
  }

  /** Candles that come before the first page is there wait for it. */
  private follow({ symbol, timeframe }: ChartMarket): void {
    this.unfollow();
    this.stopFollowing = this.candles.follow(symbol, timeframe, (bar) => {
      if (this.push) this.show(bar);
      else this.early.push(bar);
    });
  }

  private live(push: (bar: KLineData) => void): void {
    this.push = push;
    const early = this.early;
    this.early = [];
    for (const bar of early) this.show(bar);
  }

  private show(bar: Bar): void {
    const list = this.chart.getDataList();
    const last = list[list.length - 1] as Bar | undefined;
    if (!isNewer(bar, last)) return;
    this.push?.(bar);
    if (!last) this.onStatus({ kind: "ready", isEmpty: false });
  }

  private unfollow(): void {
    this.stopFollowing?.();
    this.stopFollowing = null;
    this.push = null;
    this.early = [];
  }

  /** After a new connection: what was missed is filled in, the view stays where it is. */
  private async resume(): Promise<void> {
    const { market, run } = this;
    if (!market) return;
    try {
      const page = await this.candles.read(market.symbol, market.timeframe, null);
      if (run !== this.run) return;
      const list = this.chart.getDataList();
      const last = list[list.length - 1];
      const oldest = page.bars[0];
      if (!last || !oldest || oldest.timestamp > last.timestamp) return this.chart.resetData();
      for (const bar of page.bars) this.show(bar);
    } catch (error) {
      if (run === this.run && this.chart.getDataList().length === 0) {
        this.onStatus({ kind: "failed", error });
      }
    }
  }
}
