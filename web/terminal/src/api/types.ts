// What docs/API.md describes, as far as this page reads it.

export type Side = "BUY" | "SELL";

export interface Login {
  token: string;
  expiresAt: string;
  accountId: number | null;
  accounts: number[];
  role: string;
}

export interface ProfileAccount {
  id: number;
  accountNumber: string;
  accountType: string;
  currency: string;
  leverage: number;
  marginMode: string;
  status: string;
}

export interface Profile {
  id: number;
  username: string;
  role: string;
  accounts: ProfileAccount[];
  /** The broker's name, where the server tells it. */
  brand?: string;
}

export interface SymbolInfo {
  symbol: string;
  category: string;
  baseCurrency: string;
  quoteCurrency: string;
  state: string;
  digits: number;
  tickSize: number;
  pipSize: number;
  contractSize: number;
  minVolume: number;
  maxVolume: number;
  volumeStep: number;
  stopsLevelPips: number | null;
  marketOpen: boolean;
  bid: number | null;
  ask: number | null;
}

export interface Summary {
  balance: number;
  // Null: what a position is worth cannot be told.
  equity: number | null;
  margin: number;
  freeMargin: number | null;
  marginLevel: number | null;
  unrealizedPnL: number | null;
  currency: string;
}

export interface Position {
  id: number;
  symbol: string;
  side: Side;
  volume: number;
  openPrice: number;
  currentPrice: number | null;
  unrealizedPnL: number | null;
  sl: number | null;
  tp: number | null;
  openTime?: string;
  swap?: number | null;
  commission?: number | null;
}

export interface ClosedPosition {
  id: number;
  symbol: string;
  side: Side;
  volume: number;
  openPrice: number;
  closePrice: number;
  realizedPnL: number;
  commission: number | null;
  openTime: string;
  closeTime: string;
  closeReason: string;
}

export interface Order {
  orderId: number;
  clientOrderId: string | null;
  symbol: string;
  type: string;
  side: Side;
  volume: number;
  filledVolume: number;
  filledPrice: number | null;
  sl: number | null;
  tp: number | null;
  status: string;
  positionId: number | null;
  rejectCode: string | null;
  createdAt: string;
}

export interface Trade {
  id: number;
  orderId: number;
  positionId: number;
  symbol: string;
  side: Side;
  volume: number;
  price: number;
  realizedPnL: number;
  commission: number | null;
  executedAt: string;
}

export interface LedgerEntry {
  id: number;
  type: string;
  amount: number;
  balanceAfter: number;
  referenceType: string | null;
  referenceId: number | null;
  note: string | null;
  createdAt: string;
}

export interface Page<T> {
  items: T[];
  nextCursor?: string | number;
}

export interface Candle {
  time: string;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

export interface MarketOrder {
  symbol: string;
  side: Side;
  volume: string;
  clientOrderId: string;
  sl?: string;
  tp?: string;
}

export interface OrderAnswer {
  orderId: number;
  status: string;
  filledVolume?: number;
  filledPrice?: number | null;
  positionId?: number | null;
}

export interface CloseAnswer {
  positionId: number;
  orderId: number;
  closedVolume?: number;
  closePrice?: number;
  realizedPnL?: number;
}

export interface MarginPreview {
  requiredMargin: number;
  freeMargin: number;
  freeMarginAfter: number;
  marginLevelAfter: number | null;
  maxVolume: number;
}

export interface LotAnswer {
  volume: number;
  riskAmount: number;
  pipValue: number;
}
