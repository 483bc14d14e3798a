import { createMemo, Show } from "solid-js";

import type { SymbolInfo } from "../api/types";
import { signedPercent, tone } from "../format/money";
import { price, spreadPips } from "../format/price";
import { changePercent } from "../store/day_open";
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
  const dayOpen = terminal.dayOpens.get(name);
  const direction = () => String(quote()?.direction ?? 0) as keyof typeof ARROWS;
  const change = createMemo(() => changePercent(dayOpen()?.open ?? null, quote()?.bid ?? null));
  const shown = (value: number | undefined) => price(value, props.symbol.digits);
  return (
    <div
      class="market-row"
      role="row"
      data-testid="market-row"
      data-symbol={name}
      data-direction={DIRECTIONS[direction()]}
      data-beat={(quote()?.beat ?? 0) % 2}
      data-closed={props.symbol.marketOpen ? undefined : ""}
      aria-selected={props.isSelected}
      tabIndex={props.isSelected ? 0 : -1}
      onClick={() => props.onPick()}
    >
      <div class="market-name" role="rowheader">
        <span class="market-symbol">{name}</span>
        <Show
          when={props.symbol.marketOpen}
          fallback={<span class="market-note">market closed</span>}
        >
          <Show when={change() !== null}>
            <span class={`market-change ${tone(change())}`}>{signedPercent(change())}</span>
          </Show>
        </Show>
      </div>
      <div class="market-price bid" role="gridcell">
        <span class="market-flash">
          <span class="market-arrow" aria-hidden="true">
            {ARROWS[direction()]}
          </span>
          <span data-testid="market-bid">{shown(quote()?.bid)}</span>
        </span>
      </div>
      <div class="market-price" role="gridcell">
        {shown(quote()?.ask)}
      </div>
      <div class="market-spread" role="gridcell">
        <Show when={quote()} fallback="–">
          {(known) => spreadPips(known().bid, known().ask, props.symbol.pipSize)}
        </Show>
      </div>
    </div>
  );
}
