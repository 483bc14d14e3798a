import { For } from "solid-js";

import { money, signedMoney, tone } from "../format/money";
import { price } from "../format/price";
import { dayAndClock } from "../format/time";
import { useTerminal } from "./context";
import { emptyWords, MoreRows, watchList } from "./more_rows";
import { Cell, SideWord, Table, type Column } from "./table";

const COLUMNS: readonly Column[] = [
  { title: "Symbol" },
  { title: "Side" },
  { title: "Volume", isNumber: true },
  { title: "Open", isNumber: true },
  { title: "Close", isNumber: true },
  { title: "Realised", isNumber: true },
  { title: "Commission", isNumber: true },
  { title: "Why" },
  { title: "Closed", isNumber: true },
];

const REASONS: Readonly<Record<string, string>> = {
  MANUAL: "by hand",
  SL_HIT: "stop loss",
  TP_HIT: "take profit",
  STOP_OUT: "stop out",
};

export function ClosedTable() {
  const terminal = useTerminal();
  const list = terminal.history.closed;
  watchList(list);
  return (
    <>
      <Table
        label="Closed positions"
        columns={COLUMNS}
        isEmpty={list.items().length === 0}
        empty={emptyWords(list, "No closed positions yet.")}
      >
        <For each={list.items()}>
          {(position) => (
            <tr role="row" data-testid="closed-row" data-id={position.id}>
              <Cell title="Symbol" class="cell-symbol">
                <b>{position.symbol}</b>
              </Cell>
              <Cell title="Side" class="cell-side">
                <SideWord side={position.side} />
              </Cell>
              <Cell title="Volume" isNumber class="cell-volume">
                {terminal.volumeText(position.symbol, position.volume)}
              </Cell>
              <Cell title="Open" isNumber>
                {price(position.openPrice, terminal.digitsOf(position.symbol))}
              </Cell>
              <Cell title="Close" isNumber>
                {price(position.closePrice, terminal.digitsOf(position.symbol))}
              </Cell>
              <Cell title="Realised" isNumber class="cell-pnl">
                <span class={`pnl ${tone(position.realizedPnL)}`}>
                  {signedMoney(position.realizedPnL, terminal.currency())}
                </span>
              </Cell>
              <Cell title="Commission" isNumber>
                {money(position.commission, terminal.currency())}
              </Cell>
              <Cell title="Why">{REASONS[position.closeReason] ?? position.closeReason}</Cell>
              <Cell title="Closed" isNumber class="cell-time">
                {dayAndClock(position.closeTime)}
              </Cell>
            </tr>
          )}
        </For>
      </Table>
      <MoreRows list={list} />
    </>
  );
}
