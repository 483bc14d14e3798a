import { createSignal, Show } from "solid-js";

import type { Position } from "../api/types";
import { signedMoney, tone } from "../format/money";
import { price } from "../format/price";
import { brief, dayAndClock } from "../format/time";
import { useTerminal } from "./context";
import { LevelCell } from "./level_cell";
import { PartialClose } from "./partial_close";
import { Cell, SideWord } from "./table";

const COLUMNS = 10;

export interface PositionRowProps {
  position: Position;
  onSymbol: () => void;
}

export function PositionRow(props: PositionRowProps) {
  const terminal = useTerminal();
  const [isPartOpen, setPartOpen] = createSignal(false);
  const [isClosing, setClosing] = createSignal(false);
  const digits = () => terminal.digitsOf(props.position.symbol);

  async function close(): Promise<void> {
    setClosing(true);
    await terminal.closePosition({ ...props.position });
    setClosing(false);
  }

  return (
    <>
      <tr
        role="row"
        class="position-row"
        data-testid="position-row"
        data-id={props.position.id}
        data-symbol={props.position.symbol}
        data-selected={terminal.selected() === props.position.symbol ? "" : undefined}
      >
        <Cell title="Symbol" class="cell-symbol">
          <button
            class="link strong"
            type="button"
            title={`Chart of ${props.position.symbol}, position ${props.position.id}`}
            onClick={() => props.onSymbol()}
          >
            {props.position.symbol}
          </button>
        </Cell>
        <Cell title="Side" class="cell-side">
          <SideWord side={props.position.side} />
        </Cell>
        <Cell title="Volume" isNumber class="cell-volume">
          {terminal.volumeText(props.position.symbol, props.position.volume)}
        </Cell>
        <Cell title="Open" isNumber>
          {price(props.position.openPrice, digits())}
        </Cell>
        <Cell title="Now" isNumber>
          {price(props.position.currentPrice, digits())}
        </Cell>
        <Cell title="Stop loss" isNumber>
          <LevelCell kind="sl" position={props.position} digits={digits()} />
        </Cell>
        <Cell title="Take profit" isNumber>
          <LevelCell kind="tp" position={props.position} digits={digits()} />
        </Cell>
        <Cell title="P&L" isNumber class="cell-pnl">
          <span class={`pnl ${tone(props.position.unrealizedPnL)}`} data-testid="position-pnl">
            {signedMoney(props.position.unrealizedPnL, terminal.currency())}
          </span>
        </Cell>
        <Cell title="Opened" isNumber class="cell-time">
          <span title={`${dayAndClock(props.position.openTime)} UTC`}>
            {brief(props.position.openTime)}
          </span>
        </Cell>
        <Cell title="Actions" class="cell-actions">
          <button
            class="button small"
            type="button"
            data-testid="position-partial"
            aria-expanded={isPartOpen()}
            aria-label={`Close a part of ${props.position.symbol} ${props.position.id}`}
            onClick={() => setPartOpen(!isPartOpen())}
          >
            Part
          </button>
          <button
            class="button small"
            type="button"
            data-testid="position-close"
            aria-label={`Close ${props.position.symbol} ${props.position.id}`}
            disabled={isClosing()}
            onClick={() => void close()}
          >
            {isClosing() ? "Closing…" : "Close"}
          </button>
        </Cell>
      </tr>
      <Show when={isPartOpen()}>
        <tr role="row" class="part-row">
          <td role="cell" colSpan={COLUMNS}>
            <PartialClose position={props.position} onDone={() => setPartOpen(false)} />
          </td>
        </tr>
      </Show>
    </>
  );
}
