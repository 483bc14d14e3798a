// Why nothing can be ordered in a market now, whatever was entered.

import type { SymbolInfo } from "../api/types";

export interface MarketNow {
  symbol: Pick<SymbolInfo, "marketOpen"> | undefined;
  isLive: boolean;
  hasQuote: boolean;
}

export function marketAgainst({ symbol, isLive, hasQuote }: MarketNow): string | null {
  if (!symbol) return "Pick a market first.";
  if (!isLive) return "Not connected: these prices are not live.";
  if (!symbol.marketOpen) return "This market is closed now.";
  return hasQuote ? null : "There is no price yet.";
}
