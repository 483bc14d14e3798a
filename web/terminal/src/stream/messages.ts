import type { Position, Side } from "../api/types";

export interface Tick {
  type: "tick";
  symbol: string;
  bid: number;
  ask: number;
  timestamp: number;
}

export interface AccountUpdate {
  type: "account_update";
  seq?: number;
  balance: number;
  equity: number | null;
  margin: number;
  freeMargin: number | null;
  marginLevel: number | null;
  unrealizedPnL: number | null;
}

export interface PositionUpdate {
  type: "position_update";
  seq?: number;
  action: "opened" | "modified" | "closed";
  position: Position & { closePrice?: number; closeReason?: string; realizedPnL?: number };
}

export interface PositionValue {
  id: number;
  currentPrice: number | null;
  unrealizedPnL: number | null;
}

export interface PositionValues {
  type: "position_values";
  positions: PositionValue[];
}

export interface OrderUpdate {
  type: "order_update";
  seq?: number;
  orderId: string;
  status: string;
}

export interface TradeMessage {
  type: "trade";
  seq?: number;
  id: number;
  symbol: string;
  side: Side;
}

export interface CandleMessage {
  type: "candle";
  symbol: string;
  timeframe: string;
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

export interface ErrorMessage {
  type: "error";
  requestId?: string | number;
  code: string;
  detail?: string;
}

export type StreamMessage =
  | Tick
  | AccountUpdate
  | PositionUpdate
  | PositionValues
  | OrderUpdate
  | TradeMessage
  | CandleMessage
  | ErrorMessage
  | { type: "authenticated"; expiresAt: number }
  | { type: "response"; requestId?: string | number }
  | { type: "order_filled"; seq?: number };

/** Null when it is no message of ours; fields that are not known are left alone. */
export function parseMessage(text: unknown): StreamMessage | null {
  if (typeof text !== "string") return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    return typeof (value as { type?: unknown }).type === "string" ? (value as StreamMessage) : null;
  } catch {
    return null;
  }
}
