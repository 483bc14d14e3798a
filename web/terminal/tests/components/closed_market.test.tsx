import { cleanup, render, screen } from "@solidjs/testing-library";
import { createSignal, type JSX } from "solid-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError } from "../../src/api/errors";
import type { SymbolInfo } from "../../src/api/types";
import { TerminalContext } from "../../src/components/context";
import { MarketRow } from "../../src/components/market_row";
import { QuoteLine } from "../../src/components/quote_line";
import { Ticket } from "../../src/components/ticket";
import type { Quote } from "../../src/store/quotes";
import type { Terminal } from "../../src/store/terminal";

const rule: SymbolInfo = {
  symbol: "EURUSD",
  category: "FOREX",
  baseCurrency: "EUR",
  quoteCurrency: "USD",
  state: "OPEN",
  digits: 5,
  tickSize: 0.00001,
  pipSize: 0.0001,
  contractSize: 100_000,
  minVolume: 0.01,
  maxVolume: 50,
  volumeStep: 0.01,
  stopsLevelPips: 0,
  marketOpen: false,
  bid: null,
  ask: null,
};
const someQuote: Quote = { bid: 1.05, ask: 1.0502, direction: 1, beat: 0, time: 0 };
const preview = { requiredMargin: 1, freeMargin: 2, freeMarginAfter: 1, marginLevelAfter: 1, maxVolume: 1 };

function makeTerminal() {
  const [market, setMarket] = createSignal(rule);
  const [quote, setQuote] = createSignal<Quote | null>(null);
  const get = vi.fn((_path: string) => Promise.resolve<unknown>({ ...preview, pipValue: 10 }));
  const terminal = {
    selected: () => "EURUSD",
    select: () => undefined,
    catalog: { symbols: () => [market()], find: () => market() },
    quotes: { get: () => quote },
    dayOpens: { get: () => () => ({ open: 1.05035, close: 1.0489, day: 1 }) },
    connection: () => ({ kind: "live" }),
    currency: () => "USD",
    positions: () => [],
    api: { get },
  } as unknown as Terminal;
  const show = (part: () => JSX.Element) =>
    render(() => <TerminalContext.Provider value={terminal}>{part()}</TerminalContext.Provider>);
  const open = () => setMarket({ ...rule, marketOpen: true });
  return { show, get, setQuote, open, market };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("a closed market without a quote", () => {
  it("shows its last close in the list, and says that it is closed", () => {
    const { show, market, open } = makeTerminal();
    show(() => <MarketRow symbol={market()} isSelected onPick={() => undefined} />);
    const row = screen.getByTestId("market-row");
    expect(screen.getByTestId("market-bid").textContent).toBe("1.04890");
    expect(row.textContent).toContain("closed");
    expect(row.textContent).toContain("-0.14 %");
    expect(row.getAttribute("aria-label")).toBe("EURUSD, market closed, last 1.04890, -0.14 %");
    open();
    expect(screen.getByTestId("market-bid").textContent).toBe("–");
    expect(row.textContent).not.toContain("closed");
    expect(row.hasAttribute("aria-label")).toBe(false);
  });

  it("shows it above the chart", () => {
    const { show, open } = makeTerminal();
    show(() => <QuoteLine />);
    expect(screen.getByTestId("quote-closed").textContent).toBe("Market closed, last 1.04890");
    open();
    expect(screen.getByText("no quote yet")).toBeTruthy();
  });
});

describe("the ticket", () => {
  const hint = () => document.querySelector("#ticket-hint")?.textContent;
  const isOff = (id: string) => screen.getByTestId(id).getAttribute("aria-disabled") === "true";

  it("is off while the market is closed, says just that, and asks for no margin", async () => {
    const { show, get, setQuote, open } = makeTerminal();
    show(() => <Ticket />);
    await vi.advanceTimersByTimeAsync(20_000);
    expect([isOff("ticket-buy"), isOff("ticket-sell"), hint()]).toEqual([
      true,
      true,
      "This market is closed now.",
    ]);
    setQuote(someQuote);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(hint()).toBe("This market is closed now.");
    setQuote(null);
    open();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(hint()).toBe("There is no price yet.");
    expect(get).not.toHaveBeenCalled();

    setQuote(someQuote);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([isOff("ticket-buy"), isOff("ticket-sell"), hint()]).toEqual([false, false, ""]);
    expect(get.mock.calls.map(([path]) => path)).toEqual([
      "/api/risk/calculate-lot",
      "/api/risk/margin-preview",
    ]);
  });

  it("does not ask over and over for a margin that was refused", async () => {
    const { show, get, setQuote, open } = makeTerminal();
    get.mockImplementation(() => Promise.reject(new ApiError(422, "NO_CONVERSION", "")));
    open();
    setQuote(someQuote);
    show(() => <Ticket />);
    await vi.advanceTimersByTimeAsync(50_000);
    const asked = get.mock.calls.filter(([path]) => path === "/api/risk/margin-preview");
    expect(asked).toHaveLength(1);
    expect(screen.getByTestId("ticket-margin").textContent).toContain("no rate to convert");
  });
});
