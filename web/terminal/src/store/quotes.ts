// Quotes come faster than a screen shows them. The latest of each symbol waits for the next frame; then
// each symbol's own signal moves its own cells, and nothing else is touched.

import { batch, createSignal, type Accessor, type Setter } from "solid-js";

export interface Quote {
  bid: number;
  ask: number;
  /** Which way the bid went at last. */
  direction: -1 | 0 | 1;
  /** Rises with each change of the bid, so that a flash can start anew. */
  beat: number;
  time: number;
}

export interface QuoteInput {
  symbol: string;
  bid: number;
  ask: number;
  timestamp: number;
}

export function nextQuote(old: Quote | null, input: QuoteInput): Quote {
  const { bid, ask, timestamp } = input;
  if (!old) return { bid, ask, direction: 0, beat: 0, time: timestamp };
  const moved = Math.sign(bid - old.bid) as -1 | 0 | 1;
  return {
    bid,
    ask,
    direction: moved === 0 ? old.direction : moved,
    beat: moved === 0 ? old.beat : old.beat + 1,
    time: timestamp,
  };
}

type QuoteSignal = [Accessor<Quote | null>, Setter<Quote | null>];

export class Quotes {
  private readonly signals = new Map<string, QuoteSignal>();
  private readonly waiting = new Map<string, QuoteInput>();
  private frame: number | null = null;
  private readonly newest = createSignal(0);

  /** The time of the newest quote of any symbol: the server's clock, as far as it is seen. */
  readonly time: Accessor<number> = this.newest[0];

  get(symbol: string): Accessor<Quote | null> {
    return this.signal(symbol)[0];
  }

  offer(input: QuoteInput): void {
    this.waiting.set(input.symbol, input);
    this.frame ??= requestAnimationFrame(() => this.flush());
  }

  flush(): void {
    this.frame = null;
    let time = this.newest[0]();
    batch(() => {
      for (const input of this.waiting.values()) {
        const [quote, setQuote] = this.signal(input.symbol);
        setQuote(nextQuote(quote(), input));
        time = Math.max(time, input.timestamp);
      }
      this.newest[1](time);
    });
    this.waiting.clear();
  }

  stop(): void {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.frame = null;
    this.waiting.clear();
  }

  private signal(symbol: string): QuoteSignal {
    let signal = this.signals.get(symbol);
    if (!signal) {
      signal = createSignal<Quote | null>(null);
      this.signals.set(symbol, signal);
    }
    return signal;
  }
}
