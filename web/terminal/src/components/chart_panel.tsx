import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show } from "solid-js";

import { ApiError } from "../api/errors";
import { explain } from "../api/refusals";
import { ChartEngine, type ChartStatus } from "../chart/engine";
import { areIndicators, type Indicator } from "../chart/indicators";
import { positionLines, type ChartLine } from "../chart/lines";
import { readPalette } from "../chart/palette";
import { isTimeframe, TIMEFRAME_WORDS, TIMEFRAMES, type Timeframe } from "../chart/timeframes";
import { volumeText } from "../order/volume";
import { glance } from "../store/glance";
import { createStored } from "../store/preferences";
import { useTerminal } from "./context";
import { IndicatorMenu } from "./indicator_menu";
import { QuoteLine } from "./quote_line";

export interface ChartPanelProps {
  theme: "light" | "dark";
}

function failureWords(error: unknown): string {
  if (error instanceof ApiError && error.code === "NOT_FOUND") {
    return "This server has no candles.";
  }
  const { title, detail } = explain(error);
  return `${title} ${detail}`.trim();
}

export function ChartPanel(props: ChartPanelProps) {
  const terminal = useTerminal();
  const [timeframe, setTimeframe] = createStored<Timeframe>("timeframe", "5m", isTimeframe);
  const [indicators, setIndicators] = createStored<Indicator[]>(
    "indicators",
    ["MA", "VOL"],
    areIndicators,
  );
  const [status, setStatus] = createSignal<ChartStatus>({ kind: "loading" });
  const [engine, setEngine] = createSignal<ChartEngine | null>(null);
  const market = createMemo(() => terminal.catalog.find(terminal.selected()));
  let canvas!: HTMLDivElement;

  onMount(() => {
    // Made when it is seen for the first time: without a size it would not begin at the newest candle.
    let made: ChartEngine | null = null;
    const observer = new ResizeObserver(() => {
      if (made) return made.resize();
      if (canvas.clientWidth === 0) return;
      made = new ChartEngine(canvas, terminal.candles, readPalette(canvas), setStatus);
      setEngine(made);
    });
    observer.observe(canvas);
    onCleanup(() => {
      observer.disconnect();
      made?.dispose();
    });
  });

  createEffect(() => engine()?.setIndicators(indicators()));
  createEffect(
    on(
      () => props.theme,
      () => engine()?.setTheme(readPalette(canvas)),
      { defer: true },
    ),
  );
  // Only what makes another chart: prices of the symbol change all the time.
  const name = createMemo(() => market()?.symbol);
  const digits = createMemo(() => market()?.digits ?? 5);
  createEffect(() => {
    const symbol = name();
    if (symbol) engine()?.setMarket({ symbol, timeframe: timeframe(), digits: digits() });
  });

  const lines = createMemo<ChartLine[]>(() => {
    const symbol = market();
    if (!symbol) return [];
    const list = positionLines(terminal.positions(), symbol.symbol, (volume) =>
      volumeText(volume, symbol),
    );
    const quote = terminal.quotes.get(symbol.symbol)();
    const { isClosed, last } = glance(symbol, quote, terminal.dayOpens.get(symbol.symbol)());
    if (quote && !isClosed) list.push({ key: "ask", kind: "ask", value: quote.ask, label: "" });
    if (last !== null) list.push({ key: "bid", kind: "bid", value: last, label: "" });
    return list;
  });
  createEffect(() => engine()?.setLines(lines()));

  const overlay = () => {
    const now = status();
    if (now.kind === "loading") return "Loading candles…";
    if (now.kind === "failed") return failureWords(now.error);
    return now.isEmpty ? "No candles yet. They come with the first quotes." : "";
  };

  return (
    <section class="panel chart-panel" aria-label="Chart">
      <QuoteLine />
      <div class="toolbar">
        <div class="segments" role="group" aria-label="Timeframe">
          <For each={TIMEFRAMES}>
            {(each) => (
              <button
                class="tool"
                type="button"
                data-testid={`chart-timeframe-${each}`}
                aria-pressed={timeframe() === each}
                aria-label={TIMEFRAME_WORDS[each]}
                onClick={() => setTimeframe(each)}
              >
                {each}
              </button>
            )}
          </For>
        </div>
        <IndicatorMenu chosen={indicators()} onChange={setIndicators} />
        <button class="tool wide-only" type="button" onClick={() => engine()?.scrollToNow()}>
          Latest
        </button>
      </div>
      <div class="chart-box">
        <div
          class="chart"
          ref={canvas}
          data-testid="chart"
          data-status={status().kind}
          role="img"
          aria-label={`Candles of ${terminal.selected()}, ${TIMEFRAME_WORDS[timeframe()]}`}
        />
        <Show when={overlay()}>
          <div class="chart-note" role="status">
            <span>{overlay()}</span>
            <Show when={status().kind === "failed"}>
              <button class="button" type="button" onClick={() => engine()?.retry()}>
                Try again
              </button>
            </Show>
          </div>
        </Show>
      </div>
    </section>
  );
}
