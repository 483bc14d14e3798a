// A list that is read page by page, newest first, and whose beginning is read again when it changed.

import { createSignal } from "solid-js";

import type { Page } from "../api/types";

export interface Loaded<T> {
  items: readonly T[];
  cursor: string | number | null;
}

/** What is known after the first page was read again: its items, and the older ones behind them. */
export function withNewest<T>(
  known: Loaded<T>,
  page: Page<T>,
  keyOf: (item: T) => number,
): Loaded<T> {
  const fresh = new Set(page.items.map(keyOf));
  const cursor = page.nextCursor ?? null;
  const meets = known.items.some((item) => fresh.has(keyOf(item)));
  // Without an item in common there may be a hole between the two: what is behind it is read again.
  if (!meets || cursor === null) return { items: page.items, cursor };
  const last = page.items[page.items.length - 1];
  const oldest = last === undefined ? Infinity : keyOf(last);
  const older = known.items.filter((item) => !fresh.has(keyOf(item)) && keyOf(item) < oldest);
  return { items: [...page.items, ...older], cursor: older.length > 0 ? known.cursor : cursor };
}

export function withOlder<T>(
  known: Loaded<T>,
  page: Page<T>,
  keyOf: (item: T) => number,
): Loaded<T> {
  const have = new Set(known.items.map(keyOf));
  const items = [...known.items, ...page.items.filter((item) => !have.has(keyOf(item)))];
  return { items, cursor: page.nextCursor ?? null };
}

export interface PagedOptions<T> {
  load: (cursor: string | number | null) => Promise<Page<T>>;
  keyOf: (item: T) => number;
  onError: (error: unknown) => void;
}

const SETTLE_MS = 250;

export function createPaged<T>(options: PagedOptions<T>) {
  const [loaded, setLoaded] = createSignal<Loaded<T>>({ items: [], cursor: null });
  const [state, setState] = createSignal<"empty" | "loading" | "ready" | "failed">("empty");
  let watchers = 0;
  let isStale = true;
  let run = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function read(older: boolean): Promise<void> {
    const mine = ++run;
    setState("loading");
    try {
      const page = await options.load(older ? loaded().cursor : null);
      if (mine !== run) return;
      const merge = older ? withOlder : withNewest;
      setLoaded((known) => merge(known, page, options.keyOf));
      if (!older) isStale = false;
      setState("ready");
    } catch (error) {
      if (mine !== run) return;
      setState("failed");
      options.onError(error);
    }
  }

  /** Something in it changed: read it again if somebody looks, else when somebody does. */
  function touch(): void {
    isStale = true;
    if (watchers === 0) return;
    clearTimeout(timer);
    timer = setTimeout(() => void read(false), SETTLE_MS);
  }

  /** Somebody looks at it, until the returned function is called. */
  function watch(): () => void {
    watchers += 1;
    if (isStale) void read(false);
    return () => {
      watchers -= 1;
    };
  }

  return {
    items: () => loaded().items,
    hasMore: () => loaded().cursor !== null,
    state,
    touch,
    watch,
    more: () => read(true),
    retry: () => read(false),
  };
}

export type Paged<T> = ReturnType<typeof createPaged<T>>;
