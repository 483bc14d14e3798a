// Where the chart's candles come from: pages of the past by REST, the present by the stream.

import type { Api } from "../api/client";
import type { Candle, Page } from "../api/types";
import type { CandleMessage } from "../stream/messages";
import type { Stream } from "../stream/stream";
import type { Timeframe } from "./timeframes";

export interface Bar {
  timestamp: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  [key: string]: unknown;
}

export interface BarPage {
  bars: Bar[];
  cursor: string | number | null;
}

type Listener = (bar: Bar) => void;

const PAGE = 500;

export function barOf(candle: Candle): Bar {
  const { open, high, low, close, volume } = candle;
  return { timestamp: Date.parse(candle.time), open, high, low, close, volume };
}

/** A message may be older than what was read meanwhile: a candle only ever gains ticks. */
export function isNewer(bar: Bar, known: Bar | undefined): boolean {
  if (!known || bar.timestamp > known.timestamp) return true;
  return bar.timestamp === known.timestamp && bar.volume >= known.volume;
}

export function createCandles(api: Api, stream: Stream) {
  const listeners = new Map<string, Listener>();
  const onResume = new Set<() => void>();

  async function read(
    symbol: string,
    timeframe: Timeframe,
    cursor: string | number | null,
  ): Promise<BarPage> {
    const page = await api.get<Page<Candle>>("/api/ohlc", {
      symbol,
      timeframe,
      limit: PAGE,
      cursor: cursor ?? undefined,
    });
    return { bars: page.items.map(barOf), cursor: page.nextCursor ?? null };
  }

  function follow(symbol: string, timeframe: Timeframe, listener: Listener): () => void {
    const key = `${symbol} ${timeframe}`;
    listeners.set(key, listener);
    const stop = stream.subscribe({ type: "candles", symbols: [symbol], timeframe });
    return () => {
      if (listeners.get(key) === listener) listeners.delete(key);
      stop();
    };
  }

  function hear(message: CandleMessage): void {
    const { open, high, low, close, volume } = message;
    const listener = listeners.get(`${message.symbol} ${message.timeframe}`);
    listener?.({ timestamp: message.time, open, high, low, close, volume });
  }

  return {
    read,
    follow,
    hear,
    resume: () => onResume.forEach((each) => each()),
    /** Told when the connection is back and candles may have been missed. */
    onResume(each: () => void): () => void {
      onResume.add(each);
      return () => onResume.delete(each);
    },
  };
}

export type Candles = ReturnType<typeof createCandles>;
