// Everything behind the page of one login, wired up in one place: the stream's messages go into the
// stores, and each new connection reads again what may have been missed.

import { batch, createSignal, onCleanup } from "solid-js";
import { createStore, reconcile } from "solid-js/store";

import { Api } from "../api/client";
import { ApiError, NetworkError } from "../api/errors";
import { explain } from "../api/refusals";
import type { Page, Position, Profile, Summary, SymbolInfo } from "../api/types";
import { createCandles } from "../chart/candles";
import type { StreamMessage } from "../stream/messages";
import { volumeText } from "../order/volume";
import { SequenceWatch } from "../stream/sequence";
import { Stream, type StreamState } from "../stream/stream";
import { createCatalog, firstChoice } from "./catalog";
import { DayOpens } from "./day_open";
import { createHistory } from "./history";
import type { LoggedIn } from "./login";
import type { Messages } from "./messages";
import { withUpdate, withValues } from "./positions";
import { createStored, isText } from "./preferences";
import { Quotes } from "./quotes";
import { createTrading } from "./trading";

const LOOK_AT_MARKETS_MS = 30_000;
/** The sooner look when a quote of a closed market says that it may have opened. */
const LOOK_SOONER_MS = 5_000;
const LIST_MAX = 1_000;
const PAGES_MAX = 20;
const RELOAD_MS = 2_000;
const CHECK_LOGIN_MS = 1_000;

export interface TerminalOptions {
  login: LoggedIn;
  messages: Messages;
  onExpired: () => void;
}

export function createTerminal(options: TerminalOptions) {
  const { login, messages } = options;
  const api = new Api({
    token: () => login.token,
    accountId: () => login.accountId,
    onUnauthenticated: options.onExpired,
  });
  const catalog = createCatalog();
  const quotes = new Quotes();
  const [profile, setProfile] = createSignal<Profile | null>(null);
  const [summary, setSummary] = createSignal<Summary | null>(null);
  const [positions, setPositions] = createStore<Position[]>([]);
  const [arePositionsLoaded, setPositionsLoaded] = createSignal(false);
  const [connection, setConnection] = createSignal<StreamState>({ kind: "stopped" });
  // What was picked is remembered; what the page began with for lack of that is not.
  const [picked, setPicked] = createStored<string>("symbol", "", isText);
  const [start, setStart] = createSignal("");
  const selected = () => start() || picked();
  const sequence = new SequenceWatch();
  const history = createHistory(api, report);
  const dayOpens = new DayOpens((symbol) =>
    api.get("/api/ohlc", { symbol, timeframe: "1d", limit: 1 }),
  );
  let isOver = false;

  /**
   * What went wrong in the background. A server that is away or starting is shown in the header, not in
   * words each time. Always false, for who reads.
   */
  function report(what: string, error: unknown): false {
    if (isOver || error instanceof NetworkError) return false;
    if (error instanceof ApiError && (error.status === 401 || error.status === 503)) return false;
    const words = explain(error);
    messages.say("error", `${what}: ${words.title}`, words.detail);
    return false;
  }

  function show(list: Position[]): void {
    setPositions(reconcile(list, { key: "id" }));
  }

  async function readAll<T>(path: string, query: Record<string, string>): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | number | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const answer: Page<T> = await api.get(path, { ...query, limit: LIST_MAX, cursor });
      items.push(...answer.items);
      cursor = answer.nextCursor;
      if (cursor === undefined) break;
    }
    return items;
  }

  // Position messages that come while the list is being read are applied to it again afterwards: the
  // list may be older than they are.
  let heardMeanwhile: Extract<StreamMessage, { type: "position_update" }>[] | null = null;

  async function readPositions(): Promise<boolean> {
    heardMeanwhile = [];
    try {
      let list = await readAll<Position>("/api/account/positions", { status: "open" });
      for (const message of heardMeanwhile) list = withUpdate(list, message, serverTime());
      show(list.sort((a, b) => b.id - a.id));
      setPositionsLoaded(true);
      return true;
    } catch (error) {
      return report("Positions", error);
    } finally {
      heardMeanwhile = null;
    }
  }

  function select(symbol: string): void {
    batch(() => {
      setStart("");
      setPicked(symbol);
    });
  }

  let lookedAt = 0;

  async function readSymbols(): Promise<boolean> {
    lookedAt = Date.now();
    try {
      const list = await readAll<SymbolInfo>("/api/symbols", {});
      batch(() => {
        catalog.set(list);
        for (const { symbol, bid, ask } of list) {
          if (bid !== null && ask !== null && quotes.get(symbol)() === null) {
            quotes.offer({ symbol, bid, ask, timestamp: 0 });
          }
        }
        if (!catalog.find(selected())) setStart(firstChoice(list)?.symbol ?? "");
      });
      return true;
    } catch (error) {
      return report("Symbols", error);
    }
  }

  /** The server does not tell when a market opens, but then its quotes come. */
  function lookAtMarket(symbol: string): void {
    if (catalog.find(symbol)?.marketOpen !== false) return;
    if (Date.now() - lookedAt > LOOK_SOONER_MS) void readSymbols();
  }

  async function readSummary(): Promise<boolean> {
    try {
      setSummary(await api.get<Summary>("/api/account/summary"));
      return true;
    } catch (error) {
      return report("Account", error);
    }
  }

  async function readProfile(): Promise<void> {
    try {
      setProfile(await api.get<Profile>("/api/profile"));
    } catch (error) {
      report("Profile", error);
    }
  }

  let again: ReturnType<typeof setTimeout> | undefined;

  /** Reads everything that may have been missed, until it is read or the connection is lost again. */
  async function reload(): Promise<void> {
    clearTimeout(again);
    history.touchAll();
    const done = await Promise.all([readSummary(), readPositions(), readSymbols()]);
    if (isOver || connection().kind !== "live") return;
    if (done.every(Boolean)) return dayOpens.readAll(catalog.symbols().map((each) => each.symbol));
    again = setTimeout(() => void reload(), RELOAD_MS);
  }

  function serverTime(): string {
    return new Date(quotes.time() || Date.now()).toISOString();
  }

  function hear(message: StreamMessage): void {
    if ("seq" in message && !sequence.follows(message.seq)) void reload();
    switch (message.type) {
      case "tick":
        quotes.offer(message);
        dayOpens.roll(message.symbol, message.bid, message.timestamp);
        lookAtMarket(message.symbol);
        break;
      case "account_update":
        // The currency comes with the summary alone.
        setSummary((old) => (old ? { ...old, ...message } : old));
        break;
      case "position_update":
        heardMeanwhile?.push(message);
        show(withUpdate(positions, message, serverTime()));
        if (message.action !== "modified") history.closed.touch();
        break;
      case "position_values":
        show(withValues(positions, message.positions));
        break;
      case "order_update":
        history.openOrders.touch();
        history.allOrders.touch();
        break;
      case "trade":
        history.trades.touch();
        history.ledger.touch();
        history.closed.touch();
        break;
      case "candle":
        candles.hear(message);
        break;
      case "error":
        messages.say("error", explain(new ApiError(0, message.code, "")).title, message.detail);
        break;
      default:
        break;
    }
  }

  async function checkLogin(): Promise<void> {
    try {
      await api.get("/api/profile");
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return; // told by the client
    }
    setTimeout(() => {
      if (!isOver) stream.start();
    }, CHECK_LOGIN_MS);
  }

  let isFirst = true;
  const stream = new Stream({
    url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`,
    token: () => login.token,
    accountId: () => login.accountId,
    onMessage: hear,
    onState: setConnection,
    onReady: () => {
      sequence.reset();
      void reload();
      if (!isFirst) candles.resume();
      isFirst = false;
    },
    // The stream was refused. Whether the login is over, REST says for certain.
    onUnauthenticated: () => void checkLogin(),
  });
  const candles = createCandles(api, stream);
  for (const type of ["quotes", "account", "positions", "orders", "trades"]) {
    stream.subscribe({ type });
  }

  const trading = createTrading({
    api,
    messages,
    currency: () => summary()?.currency ?? "",
    symbol: catalog.find,
    reload: () => void reload(),
  });

  const wake = () => {
    if (document.visibilityState === "visible") stream.retryNow();
  };
  const markets = setInterval(() => {
    if (connection().kind === "live" && document.visibilityState === "visible") void readSymbols();
  }, LOOK_AT_MARKETS_MS);
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", wake);

  /** Nothing more is sent, asked for or heard. */
  function end(): void {
    isOver = true;
    clearTimeout(again);
    clearInterval(markets);
    removeEventListener("online", wake);
    document.removeEventListener("visibilitychange", wake);
    stream.stop();
    quotes.stop();
    api.close();
  }
  onCleanup(end);

  async function logOut(): Promise<void> {
    end();
    await api.logOut();
  }

  void readProfile();
  stream.start();

  return {
    login,
    api,
    messages,
    catalog,
    quotes,
    dayOpens,
    profile,
    summary,
    currency: () => summary()?.currency ?? "",
    volumeText: (symbol: string, volume: number) => {
      const rule = catalog.find(symbol);
      return rule ? volumeText(volume, rule) : String(volume);
    },
    digitsOf: (symbol: string) => catalog.find(symbol)?.digits ?? 5,
    positions: () => positions,
    arePositionsLoaded,
    connection,
    logOut,
    retryConnection: () => stream.retryNow(),
    selected,
    select,
    history,
    candles,
    ...trading,
  };
}

export type Terminal = ReturnType<typeof createTerminal>;
