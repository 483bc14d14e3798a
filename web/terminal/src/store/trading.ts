// What a trader can do. Each action tells how it went, in words, and never throws.

import type { Api } from "../api/client";
import { NetworkError } from "../api/errors";
import { explain, explainCode } from "../api/refusals";
import type {
  CloseAnswer,
  MarketOrder,
  OrderAnswer,
  Position,
  Side,
  SymbolInfo,
} from "../api/types";
import { formatDecimal, parseDecimal } from "../format/decimal";
import { signedMoney } from "../format/money";
import { price } from "../format/price";
import { makeOrderId, submitOrder, type Outcome } from "../order/submit";
import { volumeText } from "../order/volume";
import type { Messages } from "./messages";

export interface TradingOptions {
  api: Api;
  messages: Messages;
  currency: () => string;
  symbol: (name: string) => SymbolInfo | undefined;
  /** Something may have changed that no message told of. */
  reload: () => void;
}

export interface Ticket {
  symbol: string;
  side: Side;
  volume: string;
  sl: string;
  tp: string;
}

export interface LevelChange {
  sl?: string | null;
  tp?: string | null;
}

const side = (value: Side) => (value === "BUY" ? "Buy" : "Sell");

export function createTrading(options: TradingOptions) {
  const { api, messages } = options;

  const digits = (symbol: string) => options.symbol(symbol)?.digits ?? 5;

  function fail(what: string, error: unknown): void {
    const words = explain(error);
    messages.say("error", `${what}: ${words.title}`, words.detail);
    if (error instanceof NetworkError) options.reload();
  }

  function tell(ticket: Ticket, outcome: Outcome): boolean {
    const name = `${side(ticket.side)} ${ticket.volume} ${ticket.symbol}`;
    if (outcome.kind === "filled") {
      const { filledPrice, orderId } = outcome.answer;
      const at = price(filledPrice, digits(ticket.symbol));
      messages.say("success", `${name} filled at ${at}`, `Order ${orderId}`);
      return true;
    }
    if (outcome.kind === "working") {
      const { orderId, status } = outcome.answer;
      messages.say("info", `${name} was sent`, `Order ${orderId} is ${status} so far.`);
      return true;
    }
    if (outcome.kind === "refused") {
      const words = explainCode(outcome.error.code, outcome.error.detail);
      messages.say("error", `${name}: ${words.title}`, words.detail);
      return false;
    }
    messages.say(
      "error",
      `${name}: no answer came`,
      "Whether it was filled is not known yet. Look at the positions when the page is live again.",
    );
    options.reload();
    return false;
  }

  /** True when the order was taken. */
  async function placeOrder(ticket: Ticket): Promise<boolean> {
    const order: MarketOrder = {
      symbol: ticket.symbol,
      side: ticket.side,
      volume: plainText(ticket.volume),
      clientOrderId: makeOrderId(),
    };
    if (ticket.sl.trim() !== "") order.sl = plainText(ticket.sl);
    if (ticket.tp.trim() !== "") order.tp = plainText(ticket.tp);
    let isTold = false;
    try {
      const outcome = await submitOrder(order, {
        place: (body) => api.post<OrderAnswer>("/api/orders/market", body),
        onRetry: () => {
          if (isTold) return;
          isTold = true;
          messages.say(
            "info",
            "No answer yet; asking again",
            "The order carries an id, so it is placed once at most.",
          );
        },
      });
      return tell(ticket, outcome);
    } catch (error) {
      fail(`${side(ticket.side)} ${ticket.symbol}`, error);
      return false;
    }
  }

  function tellClosed(position: Position, volume: string, answer: CloseAnswer): void {
    const { closePrice, realizedPnL } = answer;
    if (closePrice === undefined) {
      messages.say("info", `Closing ${volume} ${position.symbol}`, "The server is still at it.");
      return;
    }
    const won = signedMoney(realizedPnL, options.currency());
    messages.say(
      "success",
      `${position.symbol}: ${volume} closed at ${price(closePrice, digits(position.symbol))}`,
      `${won} ${options.currency()}`,
    );
  }

  async function closePosition(position: Position): Promise<boolean> {
    const rule = options.symbol(position.symbol);
    const volume = rule ? volumeText(position.volume, rule) : String(position.volume);
    try {
      const path = `/api/positions/${position.id}/close`;
      tellClosed(position, volume, await api.post<CloseAnswer>(path));
      return true;
    } catch (error) {
      fail(`Close ${position.symbol}`, error);
      return false;
    }
  }

  async function closePart(position: Position, volume: string): Promise<boolean> {
    try {
      const path = `/api/positions/${position.id}/close-partial`;
      const answer = await api.post<CloseAnswer>(path, { volume: plainText(volume) });
      tellClosed(position, volume, answer);
      return true;
    } catch (error) {
      fail(`Close part of ${position.symbol}`, error);
      return false;
    }
  }

  async function changeLevels(position: Position, change: LevelChange): Promise<boolean> {
    try {
      await api.put(`/api/positions/${position.id}/modify`, change);
      const shown = (value: string | null) => value ?? "none";
      const parts: string[] = [];
      if (change.sl !== undefined) parts.push(`stop loss ${shown(change.sl)}`);
      if (change.tp !== undefined) parts.push(`take profit ${shown(change.tp)}`);
      messages.say("success", `${position.symbol}: ${parts.join(", ")}`);
      return true;
    } catch (error) {
      fail(`Change ${position.symbol}`, error);
      return false;
    }
  }

  return { placeOrder, closePosition, closePart, changeLevels };
}

/** What was typed, in the server's form: " .5" as "0.5". */
export function plainText(text: string): string {
  const units = parseDecimal(text);
  return units === null ? text.trim() : formatDecimal(units);
}

export type Trading = ReturnType<typeof createTrading>;
