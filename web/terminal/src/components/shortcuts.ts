import { onCleanup, onMount } from "solid-js";

import { TIMEFRAMES } from "../chart/timeframes";
import type { View } from "./bottom_nav";

export interface Shortcut {
  key: string;
  words: string;
}

export const SHORTCUTS: readonly Shortcut[] = [
  { key: "/", words: "Search the markets" },
  { key: "↑ ↓", words: "Go through the markets, in the list or from the search" },
  { key: "v", words: "To the volume" },
  { key: "b", words: "To the buy button; Enter then buys" },
  { key: "s", words: "To the sell button; Enter then sells" },
  { key: "p", words: "To the open positions" },
  { key: "1 … 7", words: "Chart of 1 minute … 1 day" },
  { key: "?", words: "This help" },
  { key: "Esc", words: "Closes, or leaves a field" },
];

export interface ShortcutActions {
  show: (view: View) => void;
  help: () => void;
}

function byTestId(id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
}

function focus(id: string): void {
  // After the view that holds it is shown.
  queueMicrotask(() => {
    const element = byTestId(id);
    element?.focus();
    if (element instanceof HTMLInputElement) element.select();
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select");
}

/** Keys of the page. None of them trades: they only lead to what does. */
export function watchShortcuts(actions: ShortcutActions): void {
  function go(view: View, id: string): void {
    actions.show(view);
    focus(id);
  }

  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (document.querySelector("dialog[open]")) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") (event.target as HTMLElement).blur();
      return;
    }
    const timeframe = /^[1-7]$/.test(event.key) ? TIMEFRAMES[Number(event.key) - 1] : undefined;
    if (event.key === "/") go("markets", "market-search");
    else if (event.key === "v") go("trade", "ticket-volume");
    else if (event.key === "b") go("trade", "ticket-buy");
    else if (event.key === "s") go("trade", "ticket-sell");
    else if (event.key === "p") go("positions", "tab-positions");
    else if (event.key === "?") actions.help();
    else if (timeframe) byTestId(`chart-timeframe-${timeframe}`)?.click();
    else return;
    event.preventDefault();
  }

  onMount(() => addEventListener("keydown", onKey));
  onCleanup(() => removeEventListener("keydown", onKey));
}
