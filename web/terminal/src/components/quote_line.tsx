import { createMemo, Show } from "solid-js";

import { signedPercent, tone } from "../format/money";
import { price, spreadPips } from "../format/price";
import { changePercent } from "../store/day_open";
import { useTerminal } from "./context";

/** The chosen symbol in one line: its prices, its spread, its day. */
export function QuoteLine() {
  const terminal = useTerminal();
  const symbol = createMemo(() => terminal.catalog.find(terminal.selected()));
  const quote = () => terminal.quotes.get(terminal.selected())();
  const change = () =>
    changePercent(
      terminal.dayOpens.get(terminal.selected())()?.open ?? null,
      quote()?.bid ?? null,
    );
  return (
    <div class="quote-line">
      <h2>{terminal.selected() || "–"}</h2>
      <Show when={symbol()}>
        {(each) => (
          <Show when={quote()} fallback={<span class="muted">no quote yet</span>}>
            {(now) => (
              <>
                <span class="quote-price" data-direction={now().direction}>
                  {price(now().bid, each().digits)}
                  <span class="muted"> / </span>
                  {price(now().ask, each().digits)}
                </span>
                <span class="quote-spread muted">
                  {spreadPips(now().bid, now().ask, each().pipSize)} pips
                </span>
                <Show when={change() !== null}>
                  <span class={tone(change())}>{signedPercent(change())}</span>
                </Show>
              </>
            )}
          </Show>
        )}
      </Show>
      <Show when={symbol() && !symbol()?.marketOpen}>
        <span class="pill">market closed</span>
      </Show>
    </div>
  );
}
