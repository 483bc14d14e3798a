// The lists that are read page by page.

import type { Api } from "../api/client";
import type { ClosedPosition, LedgerEntry, Order, Page, Trade } from "../api/types";
import { createPaged, type Paged } from "./paged";

const PAGE = 50;

export interface History {
  closed: Paged<ClosedPosition>;
  openOrders: Paged<Order>;
  allOrders: Paged<Order>;
  trades: Paged<Trade>;
  ledger: Paged<LedgerEntry>;
  touchAll: () => void;
}

export function createHistory(api: Api, onError: (what: string, error: unknown) => void): History {
  function list<T>(what: string, path: string, status: string | null, keyOf: (item: T) => number) {
    return createPaged<T>({
      keyOf,
      load: (cursor) =>
        api.get<Page<T>>(path, {
          status: status ?? undefined,
          limit: PAGE,
          cursor: cursor ?? undefined,
        }),
      onError: (error) => onError(what, error),
    });
  }
  const lists = {
    closed: list<ClosedPosition>("Closed positions", "/api/account/positions", "closed", byId),
    openOrders: list<Order>("Orders", "/api/account/orders", "open", (order) => order.orderId),
    allOrders: list<Order>("Orders", "/api/account/orders", "all", (order) => order.orderId),
    trades: list<Trade>("Trades", "/api/account/trades", null, byId),
    ledger: list<LedgerEntry>("Ledger", "/api/account/ledger", null, byId),
  };
  return {
    ...lists,
    touchAll: () => Object.values(lists).forEach((each) => each.touch()),
  };
}

const byId = (item: { id: number }) => item.id;
