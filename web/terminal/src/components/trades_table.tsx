import { For } from "solid-js";

import { money, signedMoney, tone } from "../format/money";
import { price } from "../format/price";
import { dayAndClock } from "../format/time";
import { useTerminal } from "./context";
import { emptyWords, MoreRows, watchList } from "./more_rows";
import { Cell, SideWord, Table, type Column } from "./table";

const COLUMNS: readonly Column[] = [
  { title: "Trade" },
  { title: "Symbol" },
  { title: "Side" },
  { title: "Volume", isNumber: true },
  { title: "Price", isNumber: true },
  { title: "Realised", isNumber: true },
  { title: "Commission", isNumber: true },
  { title: "Position" },
  { title: "Time", isNumber: true },
];

export function TradesTable() {
  const terminal = useTerminal();
  const list = terminal.history.trades;
  watchList(list);
  return (
    <>
      <Table
        label="Trades"
        columns={COLUMNS}
        isEmpty={list.items().length === 0}
        empty={emptyWords(list, "No trades yet.")}
      >
        <For each={list.items()}>
          {(trade) => (
            <tr role="row" data-testid="trade-row" data-id={trade.id}>
              <Cell title="Trade">{trade.id}</Cell>
              <Cell title="Symbol" class="cell-symbol">
                <b>{trade.symbol}</b>
              </Cell>
              <Cell title="Side" class="cell-side">
                <SideWord side={trade.side} />
              </Cell>
              <Cell title="Volume" isNumber class="cell-volume">
                {terminal.volumeText(trade.symbol, trade.volume)}
              </Cell>
              <Cell title="Price" isNumber>
                {price(trade.price, terminal.digitsOf(trade.symbol))}
              </Cell>
              <Cell title="Realised" isNumber class="cell-pnl">
                <span class={`pnl ${tone(trade.realizedPnL)}`}>
                  {signedMoney(trade.realizedPnL, terminal.currency())}
                </span>
              </Cell>
              <Cell title="Commission" isNumber>
                {money(trade.commission, terminal.currency())}
              </Cell>
              <Cell title="Position">{trade.positionId}</Cell>
              <Cell title="Time" isNumber class="cell-time">
                {dayAndClock(trade.executedAt)}
              </Cell>
            </tr>
          )}
        </For>
      </Table>
      <MoreRows list={list} />
    </>
  );
}
