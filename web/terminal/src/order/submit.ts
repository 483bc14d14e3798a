// Sends an order so that it is placed once, whatever the network does: without an answer the same order
// goes out again under the same id, and the server says what became of the first.

import { ApiError, ClosedError, NetworkError } from "../api/errors";
import type { MarketOrder, OrderAnswer } from "../api/types";

export type Outcome =
  | { kind: "filled"; answer: OrderAnswer }
  | { kind: "working"; answer: OrderAnswer }
  | { kind: "refused"; error: ApiError }
  | { kind: "unknown" };

export interface SubmitOptions {
  place: (order: MarketOrder) => Promise<OrderAnswer>;
  wait?: (ms: number) => Promise<void>;
  /** No answer yet; it is being asked again. */
  onRetry?: () => void;
}

export const WAITS_MS = [300, 700, 1_500, 3_000, 5_000, 5_000, 5_000];

const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

function mayAskAgain(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  return error instanceof ApiError && (error.code === "BUSY" || error.code === "UNAVAILABLE");
}

export async function submitOrder(order: MarketOrder, options: SubmitOptions): Promise<Outcome> {
  const wait = options.wait ?? sleep;
  let isUnsure = false;
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = await options.place(order);
      return { kind: answer.status === "FILLED" ? "filled" : "working", answer };
    } catch (error) {
      if (!mayAskAgain(error)) {
        if (error instanceof ApiError) return { kind: "refused", error };
        if (error instanceof ClosedError && isUnsure) return { kind: "unknown" };
        throw error;
      }
      if (error instanceof NetworkError) isUnsure = true;
      const pause = WAITS_MS[attempt];
      if (pause === undefined) {
        return isUnsure || !(error instanceof ApiError)
          ? { kind: "unknown" }
          : { kind: "refused", error };
      }
      options.onRetry?.();
      await wait(pause);
    }
  }
}

/** An id of this browser's making. Unlike randomUUID this works without TLS too. */
export function makeOrderId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return "web-" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
