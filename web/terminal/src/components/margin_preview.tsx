import { createEffect, createSignal, onCleanup, Show } from "solid-js";

import { ApiError } from "../api/errors";
import { explain } from "../api/refusals";
import type { LotAnswer, MarginPreview as Preview, SymbolInfo } from "../api/types";
import { money, percent } from "../format/money";
import { volumeText } from "../order/volume";
import { useTerminal } from "./context";

const SETTLE_MS = 250;
const AGAIN_MS = 5_000;
/** A refusal, such as for want of a rate, will most likely be the next answer too. */
const AGAIN_REFUSED_MS = 60_000;

/** What one pip of one lot is worth in the account's currency, as the server has it. */
export function createPipValue(symbol: () => string | undefined) {
  const terminal = useTerminal();
  const [value, setValue] = createSignal<number | null>(null);
  createEffect(() => {
    const name = symbol();
    setValue(null);
    if (!name || terminal.connection().kind !== "live") return;
    const abort = new AbortController();
    onCleanup(() => abort.abort());
    terminal.api
      .get<LotAnswer>("/api/risk/calculate-lot", { symbol: name, risk: 1, slPips: 10 }, abort.signal)
      .then((answer) => setValue(answer.pipValue))
      .catch(() => undefined); // then the distance is shown in pips alone
  });
  return value;
}

export interface MarginPreviewProps {
  symbol: SymbolInfo | undefined;
  /** Null while it is no good volume, or has no price. */
  volume: string | null;
  onMax: (volume: string) => void;
}

export function MarginPreview(props: MarginPreviewProps) {
  const terminal = useTerminal();
  const [preview, setPreview] = createSignal<Preview | null>(null);
  const [problem, setProblem] = createSignal("");
  // What is asked for; the symbol's own signal changes with its market's state only.
  createEffect(() => {
    const symbol = props.symbol?.symbol;
    const volume = props.volume;
    const isLive = terminal.connection().kind === "live";
    if (!symbol || volume === null) {
      setPreview(null);
      setProblem("");
      return;
    }
    if (!isLive) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      let wait = AGAIN_MS;
      try {
        const query = { symbol, volume, side: "BUY" };
        setPreview(await terminal.api.get<Preview>("/api/risk/margin-preview", query, abort.signal));
        setProblem("");
      } catch (error) {
        if (abort.signal.aborted) return;
        // Without an answer the last one stays: the header tells that the server is away.
        if (error instanceof ApiError) {
          setPreview(null);
          setProblem(explain(error).title);
          wait = AGAIN_REFUSED_MS;
        }
      }
      if (!abort.signal.aborted) timer = setTimeout(askIfSeen, wait);
    };
    const askIfSeen = () => {
      if (document.visibilityState === "visible") void ask();
      else timer = setTimeout(askIfSeen, AGAIN_MS);
    };
    // The number of open positions changes what is free.
    void terminal.positions().length;
    timer = setTimeout(() => void ask(), SETTLE_MS);
    onCleanup(() => {
      clearTimeout(timer);
      abort.abort();
    });
  });

  const isTooMuch = () => (preview()?.freeMarginAfter ?? 0) < 0;

  return (
    <div class="margin" data-testid="ticket-margin" aria-live="off">
      <Show when={problem()}>
        <p class="wrong">{problem()}</p>
      </Show>
      <dl class="pairs">
        <dt>Margin</dt>
        <dd>
          {money(preview()?.requiredMargin, terminal.currency())}{" "}
          {preview() ? terminal.currency() : ""}
        </dd>
        <dt>Free after</dt>
        <dd class={isTooMuch() ? "down" : undefined}>
          {money(preview()?.freeMarginAfter, terminal.currency())}
        </dd>
        <dt>Level after</dt>
        <dd>{percent(preview()?.marginLevelAfter)}</dd>
        <dt>Most you can trade</dt>
        <dd>
          <Show when={props.symbol && preview()} fallback="–">
            {(now) => {
              const text = () => (props.symbol ? volumeText(now().maxVolume, props.symbol) : "");
              return (
                <button
                  class="link"
                  type="button"
                  disabled={now().maxVolume <= 0}
                  aria-label={`Take the largest volume, ${text()} lots`}
                  onClick={() => props.onMax(text())}
                >
                  {text()} lots
                </button>
              );
            }}
          </Show>
        </dd>
      </dl>
    </div>
  );
}
