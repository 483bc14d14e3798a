// The symbols that can be traded, and whether their markets are open.

import { createMemo, createSignal } from "solid-js";
import { createStore, reconcile } from "solid-js/store";

import type { SymbolInfo } from "../api/types";

const CATEGORIES: Readonly<Record<string, string>> = {
  FOREX: "Currencies",
  METAL: "Metals",
  INDEX: "Indices",
  CRYPTO: "Crypto",
  STOCK: "Shares",
  CFD: "CFDs",
};

export interface MarketGroup {
  category: string;
  title: string;
  symbols: SymbolInfo[];
}

/** Each word of the search must be in the symbol's name, currencies or kind. */
export function matches(symbol: SymbolInfo, search: string): boolean {
  const { baseCurrency, quoteCurrency, category } = symbol;
  const kind = CATEGORIES[category] ?? category;
  const text = `${symbol.symbol} ${baseCurrency} ${quoteCurrency} ${kind}`.toUpperCase();
  return search
    .toUpperCase()
    .split(/[\s/]+/)
    .every((word) => text.includes(word));
}

/**
 * The symbols in groups, in the server's order, the kinds in ours. On a weekend most markets are closed:
 * kinds with an open one come first.
 */
export function groupSymbols(symbols: readonly SymbolInfo[], search: string): MarketGroup[] {
  const order = Object.keys(CATEGORIES);
  const groups = new Map<string, SymbolInfo[]>();
  for (const symbol of symbols) {
    if (!matches(symbol, search)) continue;
    const list = groups.get(symbol.category) ?? [];
    list.push(symbol);
    groups.set(symbol.category, list);
  }
  const rank = (category: string) => {
    const index = order.indexOf(category);
    return index < 0 ? order.length : index;
  };
  return [...groups]
    .map(([category, list]) => ({
      category,
      title: CATEGORIES[category] ?? category,
      symbols: list,
    }))
    .sort((a, b) => closedLast(a) - closedLast(b) || rank(a.category) - rank(b.category));
}

const closedLast = (group: MarketGroup) => (group.symbols.some((each) => each.marketOpen) ? 0 : 1);

/** What is looked at before anything was chosen: the first that can be traded now. */
export function firstChoice(symbols: readonly SymbolInfo[]): SymbolInfo | undefined {
  const list = groupSymbols(symbols, "").flatMap((group) => group.symbols);
  return list.find((each) => each.marketOpen && each.state === "OPEN") ?? list[0];
}

export function createCatalog() {
  const [symbols, setSymbols] = createStore<SymbolInfo[]>([]);
  const [isLoaded, setLoaded] = createSignal(false);
  const byName = createMemo(() => new Map(symbols.map((symbol) => [symbol.symbol, symbol])));
  return {
    symbols: () => symbols,
    isLoaded,
    find: (name: string): SymbolInfo | undefined => byName().get(name),
    set(list: SymbolInfo[]) {
      setSymbols(reconcile(list, { key: "symbol" }));
      setLoaded(true);
    },
  };
}

export type Catalog = ReturnType<typeof createCatalog>;
