import { createMemo, Show } from "solid-js";

import type { SymbolInfo } from "../api/types";
import { signedPercent, tone } from "../format/money";
import { price, spreadPips } from "../format/price";
import { glance } from "../store/glance";
import { useTerminal } from "./context";

const ARROWS = { "-1": "▼", "0": "", "1": "▲" } as const;
const DIRECTIONS = { "-1": "down", "0": "flat", "1": "up" } as const;

export interface MarketRowProps {
  symbol: SymbolInfo;
  isSelected: boolean;
  onPick: () => void;
}

export function MarketRow(props: MarketRowProps) {
  const terminal = useTerminal();
  const name = props.symbol.symbol;
  const quote = terminal.quotes.get(name);
  const day = terminal.dayOpens.get(name);
  const now = createMemo(() => glance(props.symbol, quote(), day()));
  const isClosed = () => now().isClosed;
  const change = () => now().change;
  const direction = () =>
    String(isClosed() ? 0 : (quote()?.direction ?? 0)) as keyof typeof ARROWS;
  const shown = (value: number | null | undefined) => price(value, props.symbol.digits);
  // The columns' names do not fit a closed market's row: it is read out in its own words.
  const words = () => {
    if (!isClosed()) return undefined;
    const parts = [name, "market closed"];
    if (now().last !== null) parts.push(`last ${shown(now().last)}`);
    if (change() !== null) parts.push(signedPercent(change()));
    return parts.join(", ");
  };
  return (
    <div
      class="market-row"
      role="row"
      data-testid="market-row"
      data-symbol={name}
      data-direction={DIRECTIONS[direction()]}
      data-beat={(quote()?.beat ?? 0) % 2}
      data-closed={isClosed() ? "" : undefined}
      aria-label={words()}
      aria-selected={props.isSelected}
      tabIndex={props.isSelected ? 0 : -1}
      onClick={() => props.onPick()}
    >
      <div class="market-name" role="rowheader">
        <span class="market-symbol">{name}</span>
        <Show when={change() !== null}>
          <span class={`market-change ${tone(change())}`}>{signedPercent(change())}</span>
        </Show>
      </div>
      <div class="market-price bid" role="gridcell">
        <span class="market-flash">
          <span class="market-arrow" aria-hidden="true">
            {ARROWS[direction()]}
          </span>
          <span data-testid="market-bid">{shown(now().last)}</span>
        </span>
      </div>
      <div class="market-price" role="gridcell">
        <Show when={!isClosed()} fallback={<span class="market-note">closed</span>}>
          {shown(quote()?.ask)}
        </Show>
      </div>
      <div class="market-spread" role="gridcell">
        <Show when={!isClosed() && quote()} fallback="–">
          {(known) => spreadPips(known().bid, known().ask, props.symbol.pipSize)}
        </Show>
      </div>
    </div>
  );
}
