// Tables that a narrow screen lays out as cards. Changing `display` takes a table's meaning away from
// assistive technology in some browsers, so the roles are written out.

import { For, Show, type JSX } from "solid-js";

export interface Column {
  title: string;
  isNumber?: boolean;
  /** Said, not shown. */
  isHidden?: boolean;
}

export interface TableProps {
  label: string;
  columns: readonly Column[];
  isEmpty: boolean;
  empty: string;
  children: JSX.Element;
}

export function Table(props: TableProps) {
  return (
    <Show
      when={!props.isEmpty}
      fallback={
        <p class="empty" role="status">
          {props.empty}
        </p>
      }
    >
      <table class="table" role="table" aria-label={props.label}>
        <thead role="rowgroup">
          <tr role="row">
            <For each={props.columns}>
              {(column) => (
                <th
                  role="columnheader"
                  scope="col"
                  class={column.isNumber ? "number" : undefined}
                >
                  <span class={column.isHidden ? "said" : undefined}>{column.title}</span>
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody role="rowgroup">{props.children}</tbody>
      </table>
    </Show>
  );
}

export interface CellProps {
  title: string;
  isNumber?: boolean;
  class?: string | undefined;
  children: JSX.Element;
}

export function Cell(props: CellProps) {
  return (
    <td
      role="cell"
      data-title={props.title}
      class={`${props.isNumber ? "number" : ""} ${props.class ?? ""}`}
    >
      {props.children}
    </td>
  );
}

export function SideWord(props: { side: string }) {
  return (
    <span class={props.side === "BUY" ? "side buy" : "side sell"}>
      <span aria-hidden="true">{props.side === "BUY" ? "▲" : "▼"}</span> {props.side}
    </span>
  );
}
