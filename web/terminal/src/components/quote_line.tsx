import { createMemo, Show } from "solid-js";

import { signedPercent, tone } from "../format/money";
import { price, spreadPips } from "../format/price";
import { glance } from "../store/glance";
import { useTerminal } from "./context";

/** The chosen symbol in one line: its prices, its spread, its day. */
export function QuoteLine() {
  const terminal = useTerminal();
  const symbol = createMemo(() => terminal.catalog.find(terminal.selected()));
  const quote = () => terminal.quotes.get(terminal.selected())();
  const now = createMemo(() =>
    glance(symbol(), quote(), terminal.dayOpens.get(terminal.selected())()),
  );
  const change = () => now().change;
  return (
    <div class="quote-line">
      <h2>{terminal.selected() || "–"}</h2>
      <Show when={symbol()}>
        {(each) => (
          <>
            <Show
              when={!now().isClosed}
              fallback={<ClosedPrice last={now().last} digits={each().digits} />}
            >
              <Show when={quote()} fallback={<span class="muted">no quote yet</span>}>
                {(at) => (
                  <>
                    <span class="quote-price" data-direction={at().direction}>
                      {price(at().bid, each().digits)}
                      <span class="muted"> / </span>
                      {price(at().ask, each().digits)}
                    </span>
                    <span class="quote-spread muted">
                      {spreadPips(at().bid, at().ask, each().pipSize)} pips
                    </span>
                  </>
                )}
              </Show>
            </Show>
            <Show when={change() !== null}>
              <span class={tone(change())}>{signedPercent(change())}</span>
            </Show>
          </>
        )}
      </Show>
    </div>
  );
}

function ClosedPrice(props: { last: number | null; digits: number }) {
  return (
    <span class="muted" data-testid="quote-closed">
      Market closed
      <Show when={props.last !== null}>
        , last <span class="quote-price">{price(props.last, props.digits)}</span>
      </Show>
    </span>
  );
}
