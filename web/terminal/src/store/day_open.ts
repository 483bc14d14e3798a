// Where each symbol's last day began and ended, for its change. Read once, a few at a time, when all else is
// there; a server without candles simply shows none.

import { createSignal, type Accessor, type Setter } from "solid-js";

import type { Candle, Page } from "../api/types";

const AT_ONCE = 3;
const DAY_MS = 86_400_000;

export interface Day {
  open: number;
  /** As it was when it was read; the quotes go on from there. */
  close: number;
  day: number;
}

type DaySignal = [Accessor<Day | null>, Setter<Day | null>];

export function changePercent(open: number | null, bid: number | null): number | null {
  if (open === null || bid === null || open === 0) return null;
  // To what is shown, so that nothing is coloured that reads 0.00.
  return Math.round(((bid - open) / open) * 10_000) / 100 || 0;
}

export class DayOpens {
  private readonly signals = new Map<string, DaySignal>();
  private isReading = false;

  constructor(private readonly load: (symbol: string) => Promise<Page<Candle>>) {}

  get(symbol: string): Accessor<Day | null> {
    return this.signal(symbol)[0];
  }

  /** Reads those that are missing. A failure ends it; what is missing then is read the next time. */
  async readAll(symbols: readonly string[]): Promise<void> {
    if (this.isReading) return;
    this.isReading = true;
    const left = symbols.filter((symbol) => this.signal(symbol)[0]() === null);
    let isOffered = true;
    const one = async () => {
      for (let symbol = left.shift(); symbol && isOffered; symbol = left.shift()) {
        try {
          const page = await this.load(symbol);
          const candle = page.items[page.items.length - 1];
          if (!candle) continue;
          const day = Math.floor(Date.parse(candle.time) / DAY_MS);
          this.signal(symbol)[1]({ open: candle.open, close: candle.close, day });
        } catch {
          isOffered = false;
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    this.isReading = false;
  }

  /** The first quote of a new day opens it. */
  roll(symbol: string, bid: number, time: number): void {
    const [known, set] = this.signal(symbol);
    const old = known();
    const day = Math.floor(time / DAY_MS);
    if (old && day > old.day) set({ open: bid, close: bid, day });
  }

  private signal(symbol: string): DaySignal {
    let signal = this.signals.get(symbol);
    if (!signal) {
      signal = createSignal<Day | null>(null);
      this.signals.set(symbol, signal);
    }
    return signal;
  }
}
