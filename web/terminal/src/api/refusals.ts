import { ApiError, ClosedError, NetworkError } from "./errors";

/** Every code of docs/API.md in words for who trades; a test holds the two lists together. */
export const REFUSALS: Readonly<Record<string, string>> = {
  VALIDATION: "The server could not accept what was entered.",
  UNAUTHENTICATED: "You are not logged in any more. Please log in again.",
  FORBIDDEN: "You are not allowed to do this.",
  RATE_LIMITED: "Too many attempts. Wait a little, then try again.",
  BUSY: "The server is very busy. Nothing was done; please try again.",
  PAYLOAD_TOO_LARGE: "The request is larger than the server accepts.",
  UNAVAILABLE: "The server is starting or stopping. Please try again in a moment.",
  STORAGE_FULL: "The server cannot take this now. Nothing was done; positions can still be closed.",
  INTERNAL: "Something went wrong on the server. It may have been done: please look before you try again.",
  KILL_SWITCH: "Trading is stopped for now by the broker.",
  ACCOUNT_DISABLED: "This account is suspended or closed.",
  ACCOUNT_CLOSE_ONLY: "This account may only close positions.",
  SYMBOL_UNKNOWN: "There is no such symbol.",
  SYMBOL_DISABLED: "This symbol cannot be traded now.",
  SYMBOL_CLOSE_ONLY: "Positions in this symbol may only be closed.",
  MARKET_CLOSED: "This market is closed now.",
  VOLUME_OUT_OF_RANGE: "The volume is below the smallest or above the largest of this symbol.",
  VOLUME_STEP: "The volume does not fit this symbol's step.",
  STALE_QUOTE: "There is no fresh price for this symbol. Try again when it moves.",
  PRICE_INVALID: "A stop loss or take profit is on the wrong side, too close, or off the tick.",
  NO_CONVERSION: "There is no rate to convert this symbol into your account's currency.",
  INSUFFICIENT_MARGIN: "There is not enough free margin for this.",
  ORDERS_PER_SECOND: "Too many orders in a second. Wait a moment, then try again.",
  ORDERS_PER_MINUTE: "Too many orders in a minute. Wait a little, then try again.",
  ORDERS_PER_DAY: "This account has placed as many orders as it may in a day.",
  NO_ROUTE: "No market can take this order now.",
  DUPLICATE: "This order was sent before with other contents. Nothing new was done.",
  NOT_FOUND: "This does not exist (any more). It may have been closed already.",
  SLIPPAGE: "The price moved further than the order allows.",
  VALUE_OVERFLOW: "An amount is larger than can be booked.",
  LIMIT_REACHED: "The limit on the number of open things is reached.",
  IN_USE: "Something that is open depends on this.",
  CLOCK_BACKWARDS: "The server's time cannot go backwards.",
  FOK: "The order could not be filled whole at once, so it ended.",
  ORDER_NOT_WORKING: "The order does not rest any more: it was executed, or is just now.",
  OCO: "The other order of the pair was filled, so this one ended.",
  STOP_OUT: "The account was stopped out, so its orders ended.",
  SELF_TRADE: "The order met another order of this account, so it ended.",
  CLOSING_ORDER: "This account closes its positions in order, and this one is not the next.",
  NOT_OPPOSITE: "These are not a buy and a sell of one symbol.",
  BOOKS_DIFFER: "These two positions cannot be closed against each other.",
  INSUFFICIENT_FUNDS: "There is not enough money that can be paid out.",
  NOT_PENDING: "This has been decided already.",
  GROUP_UNKNOWN: "There is no such group.",
  VENUE_REJECTED: "The market did not take the order.",
  TIMEOUT: "The market did not answer in time; the order was given up.",
  CLOSING_AT_VENUE: "This position is being closed already.",
  ORDER_TOO_SMALL: "The order is smaller than this account may place.",
  ORDER_TOO_LARGE: "The order is larger than this account may place.",
  ORDER_VALUE: "The order is worth more than this account may place.",
  PRICE_DISTANCE: "A price is too far from the market.",
  STOP_DISTANCE: "The stop loss is too close to the price of entry.",
  STOP_LOSS_REQUIRED: "This account needs a stop loss on everything it opens.",
  REWARD_RISK: "The take profit is too near, measured by the stop loss.",
  PENDING_ORDERS: "Too many orders are waiting in this symbol.",
  DUPLICATE_ORDER: "The same order was sent a moment ago. Nothing new was done.",
  POSITION_SIZE: "The position would be larger than this account may hold.",
  OPEN_POSITIONS: "This account has as many open positions as it may.",
  EXPOSURE: "All positions together would be worth more than this account may hold.",
  SYMBOL_EXPOSURE: "The positions in this symbol would be worth more than this account may hold.",
  CURRENCY_EXPOSURE: "Too much would depend on one currency.",
  CONCENTRATION: "Too large a part of the positions would be in this symbol.",
  DAY_VOLUME: "This account has traded as much today as it may.",
  RISK_PER_TRADE: "Too much of the account would be lost at the stop loss.",
  LOSS_PER_TRADE: "Too much money would be lost at the stop loss.",
  DAILY_LOSS: "Today's loss has reached its limit. Positions can still be closed.",
  DAILY_LOSS_PERCENT: "Today's loss has reached its limit. Positions can still be closed.",
  DRAWDOWN: "The account has fallen too far from its peak. Positions can still be closed.",
  LEVERAGE: "The positions would be too large for this account's equity.",
  METHOD_NOT_ALLOWED: "The server does not offer this.",
};

export interface Explanation {
  title: string;
  detail: string;
}

export function explainCode(code: string, detail = ""): Explanation {
  const title = REFUSALS[code] ?? `The server refused: ${code}.`;
  return { title, detail: detail === title ? "" : detail };
}

/** Anything that was thrown, in words. */
export function explain(error: unknown): Explanation {
  if (error instanceof ApiError) {
    const words = explainCode(error.code, error.detail);
    if (error.retryAfterSeconds !== null && error.code === "RATE_LIMITED") {
      words.detail = `Try again in ${waitWords(error.retryAfterSeconds)}.`;
    }
    return words;
  }
  if (error instanceof NetworkError) {
    return { title: "The server cannot be reached.", detail: "The page tries again by itself." };
  }
  if (error instanceof ClosedError) return { title: "You have logged out.", detail: "" };
  return { title: "Something went wrong on this page.", detail: String(error) };
}

function waitWords(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return `${minutes} minute${minutes === 1 ? "" : "s"}`;
}
