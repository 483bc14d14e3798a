import { createMemo, For, Show } from "solid-js";

import { signedMoney, tone } from "../format/money";
import { useTerminal } from "./context";
import { PositionRow } from "./position_row";
import { Table, type Column } from "./table";

export function PositionsTable(props: { onSymbol: (symbol: string) => void }) {
  const terminal = useTerminal();
  const columns = createMemo<readonly Column[]>(() => [
    { title: "Symbol" },
    { title: "Side" },
    { title: "Volume", isNumber: true },
    { title: "Open", isNumber: true },
    { title: "Now", isNumber: true },
    { title: "Stop loss", isNumber: true },
    { title: "Take profit", isNumber: true },
    { title: `P&L ${terminal.currency()}`, isNumber: true },
    { title: "Opened", isNumber: true },
    { title: "Actions", isHidden: true },
  ]);
  // Of what cannot be told there is no sum.
  const total = () =>
    terminal
      .positions()
      .reduce<number | null>(
        (sum, { unrealizedPnL }) =>
          sum === null || unrealizedPnL === null ? null : sum + unrealizedPnL,
        0,
      );
  return (
    <>
      <Table
        label="Open positions"
        columns={columns()}
        isEmpty={terminal.positions().length === 0}
        empty={
          terminal.arePositionsLoaded()
            ? "No open positions. Pick a market, then BUY or SELL."
            : "Loading positions…"
        }
      >
        <For each={terminal.positions()}>
          {(position) => (
            <PositionRow position={position} onSymbol={() => props.onSymbol(position.symbol)} />
          )}
        </For>
      </Table>
      <Show when={terminal.positions().length > 1}>
        <p class="total">
          {terminal.positions().length} positions, together{" "}
          <b class={tone(total())}>
            {signedMoney(total(), terminal.currency())} {terminal.currency()}
          </b>
        </p>
      </Show>
    </>
  );
}
