import { For } from "solid-js";

import { money, signedMoney, tone } from "../format/money";
import { dayAndClock } from "../format/time";
import { useTerminal } from "./context";
import { emptyWords, MoreRows, watchList } from "./more_rows";
import { Cell, Table, type Column } from "./table";

const COLUMNS: readonly Column[] = [
  { title: "Entry" },
  { title: "What" },
  { title: "Amount", isNumber: true },
  { title: "Balance after", isNumber: true },
  { title: "For" },
  { title: "Time", isNumber: true },
];

const TYPES: Readonly<Record<string, string>> = {
  DEPOSIT: "Deposit",
  WITHDRAWAL: "Withdrawal",
  COMMISSION: "Commission",
  REALIZED_PNL: "Realised P&L",
  NEGATIVE_BALANCE: "Negative balance taken over",
};

export function LedgerTable() {
  const terminal = useTerminal();
  const list = terminal.history.ledger;
  watchList(list);
  const reference = (type: string | null, id: number | null) =>
    type && id ? `${type.toLowerCase()} ${id}` : "–";
  return (
    <>
      <Table
        label="Ledger"
        columns={COLUMNS}
        isEmpty={list.items().length === 0}
        empty={emptyWords(list, "Nothing was booked yet.")}
      >
        <For each={list.items()}>
          {(entry) => (
            <tr role="row" data-testid="ledger-row" data-id={entry.id}>
              <Cell title="Entry">{entry.id}</Cell>
              <Cell title="What" class="cell-symbol">
                {TYPES[entry.type] ?? entry.type}
              </Cell>
              <Cell title="Amount" isNumber class="cell-pnl">
                <span class={`pnl ${tone(entry.amount)}`}>
                  {signedMoney(entry.amount, terminal.currency())}
                </span>
              </Cell>
              <Cell title="Balance after" isNumber>
                {money(entry.balanceAfter, terminal.currency())}
              </Cell>
              <Cell title="For">{reference(entry.referenceType, entry.referenceId)}</Cell>
              <Cell title="Time" isNumber class="cell-time">
                {dayAndClock(entry.createdAt)}
              </Cell>
            </tr>
          )}
        </For>
      </Table>
      <MoreRows list={list} />
    </>
  );
}
