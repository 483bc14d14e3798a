import { createSignal, For, onCleanup, createEffect } from "solid-js";

import { explainCode } from "../api/refusals";
import { price } from "../format/price";
import { dayAndClock } from "../format/time";
import { useTerminal } from "./context";
import { emptyWords, MoreRows } from "./more_rows";
import { Cell, SideWord, Table, type Column } from "./table";

const COLUMNS: readonly Column[] = [
  { title: "Order" },
  { title: "Symbol" },
  { title: "Side" },
  { title: "Type" },
  { title: "Volume", isNumber: true },
  { title: "Filled at", isNumber: true },
  { title: "Status" },
  { title: "Placed", isNumber: true },
];

const STATUS: Readonly<Record<string, string>> = {
  FILLED: "filled",
  REJECTED: "rejected",
  CANCELLED: "cancelled",
  CANCELED: "cancelled",
  PARTIALLY_FILLED: "partly filled",
};

export function OrdersTable() {
  const terminal = useTerminal();
  const [isAll, setAll] = createSignal(true);
  const list = () => (isAll() ? terminal.history.allOrders : terminal.history.openOrders);
  createEffect(() => onCleanup(list().watch()));
  const status = (code: string) => STATUS[code] ?? code.toLowerCase().replace(/_/g, " ");
  return (
    <>
      <div class="list-choice" role="group" aria-label="Which orders">
        <button
          class="tool"
          type="button"
          data-testid="orders-open"
          aria-pressed={!isAll()}
          onClick={() => setAll(false)}
        >
          Open
        </button>
        <button
          class="tool"
          type="button"
          data-testid="orders-all"
          aria-pressed={isAll()}
          onClick={() => setAll(true)}
        >
          All
        </button>
      </div>
      <Table
        label="Orders"
        columns={COLUMNS}
        isEmpty={list().items().length === 0}
        empty={emptyWords(list(), isAll() ? "No orders yet." : "No open orders.")}
      >
        <For each={list().items()}>
          {(order) => (
            <tr role="row" data-testid="order-row" data-id={order.orderId}>
              <Cell title="Order">{order.orderId}</Cell>
              <Cell title="Symbol" class="cell-symbol">
                <b>{order.symbol}</b>
              </Cell>
              <Cell title="Side" class="cell-side">
                <SideWord side={order.side} />
              </Cell>
              <Cell title="Type">{order.type.toLowerCase()}</Cell>
              <Cell title="Volume" isNumber class="cell-volume">
                {terminal.volumeText(order.symbol, order.volume)}
              </Cell>
              <Cell title="Filled at" isNumber>
                {price(order.filledPrice, terminal.digitsOf(order.symbol))}
              </Cell>
              <Cell title="Status">
                <span
                  class={order.status === "REJECTED" ? "wrong" : undefined}
                  title={order.rejectCode ? explainCode(order.rejectCode).title : undefined}
                >
                  {status(order.status)}
                  {order.rejectCode ? `: ${explainCode(order.rejectCode).title}` : ""}
                </span>
              </Cell>
              <Cell title="Placed" isNumber class="cell-time">
                {dayAndClock(order.createdAt)}
              </Cell>
            </tr>
          )}
        </For>
      </Table>
      <MoreRows list={list()} />
    </>
  );
}
