import { createMemo, createSignal, For, Show } from "solid-js";

import { groupSymbols } from "../store/catalog";
import { useTerminal } from "./context";
import { Search } from "./icons";
import { MarketRow } from "./market_row";

export function Markets(props: { onPicked: () => void }) {
  const terminal = useTerminal();
  const [search, setSearch] = createSignal("");
  const groups = createMemo(() => groupSymbols(terminal.catalog.symbols(), search().trim()));
  const flat = createMemo(() => groups().flatMap((group) => group.symbols));
  const group = (category: string) => groups().find((each) => each.category === category);
  let grid!: HTMLDivElement;

  function focusSelected(): void {
    queueMicrotask(() => {
      const row = grid.querySelector<HTMLElement>('[aria-selected="true"]');
      row?.focus({ preventScroll: true });
      row?.scrollIntoView({ block: "nearest" });
    });
  }

  function move(step: number): void {
    const list = flat();
    const at = list.findIndex((symbol) => symbol.symbol === terminal.selected());
    const next = list[Math.min(list.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
    if (!next) return;
    terminal.select(next.symbol);
    focusSelected();
  }

  function onKey(event: KeyboardEvent): void {
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 8,
      PageUp: -8,
      Home: -Infinity,
      End: Infinity,
    };
    const step = steps[event.key];
    if (step !== undefined) move(step);
    else if (event.key === "Enter" || event.key === " ") props.onPicked();
    else return;
    event.preventDefault();
  }

  function onSearchKey(event: KeyboardEvent): void {
    if (event.key === "ArrowDown") focusSelected();
    else if (event.key === "Enter") {
      const first = flat()[0];
      if (first) terminal.select(first.symbol);
      focusSelected();
    } else if (event.key === "Escape" && search() !== "") {
      setSearch("");
      event.stopPropagation();
    } else return;
    event.preventDefault();
  }

  return (
    <section class="panel markets" aria-label="Markets">
      <div class="market-search">
        <Search />
        <input
          type="search"
          data-testid="market-search"
          placeholder="Search markets"
          aria-label="Search markets"
          autocomplete="off"
          spellcheck={false}
          value={search()}
          onInput={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={onSearchKey}
        />
        <kbd class="wide-only" aria-hidden="true">
          /
        </kbd>
      </div>
      <div class="market-grid" ref={grid} role="grid" aria-label="Quotes" onKeyDown={onKey}>
        <div class="market-head" role="row">
          <span role="columnheader">Symbol</span>
          <span role="columnheader">Bid</span>
          <span role="columnheader">Ask</span>
          <span role="columnheader" title="Spread in pips">
            Pips
          </span>
        </div>
        <Show
          when={flat().length > 0}
          fallback={
            <p class="empty" role="status">
              {terminal.catalog.isLoaded() ? "No market goes by that name." : "Loading markets…"}
            </p>
          }
        >
          {/* By name: rows stay where they are when a market opens or closes. */}
          <For each={groups().map((each) => each.category)}>
            {(category) => (
              <div role="rowgroup" aria-label={group(category)?.title}>
                <Show when={groups().length > 1}>
                  <div class="market-group" aria-hidden="true">
                    {group(category)?.title}
                  </div>
                </Show>
                <For each={group(category)?.symbols}>
                  {(symbol) => (
                    <MarketRow
                      symbol={symbol}
                      isSelected={terminal.selected() === symbol.symbol}
                      onPick={() => {
                        terminal.select(symbol.symbol);
                        props.onPicked();
                      }}
                    />
                  )}
                </For>
              </div>
            )}
          </For>
        </Show>
      </div>
    </section>
  );
}
