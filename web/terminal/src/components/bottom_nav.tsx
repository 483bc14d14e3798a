import { For, Show, type JSX } from "solid-js";

import { useTerminal } from "./context";
import { Briefcase, Candles, Markets, More, Trade } from "./icons";

export type View = "markets" | "chart" | "trade" | "positions" | "more";

const VIEWS: { view: View; title: string; icon: () => JSX.Element }[] = [
  { view: "markets", title: "Markets", icon: Markets },
  { view: "chart", title: "Chart", icon: Candles },
  { view: "trade", title: "Trade", icon: Trade },
  { view: "positions", title: "Positions", icon: Briefcase },
  { view: "more", title: "More", icon: More },
];

/** On a narrow screen one part of the page is seen at a time. */
export function BottomNav(props: { view: View; onView: (view: View) => void }) {
  const terminal = useTerminal();
  return (
    <nav class="bottom-nav" aria-label="Parts of the page">
      <For each={VIEWS}>
        {(each) => (
          <button
            type="button"
            data-testid={`view-${each.view}`}
            aria-current={props.view === each.view ? "page" : undefined}
            onClick={() => props.onView(each.view)}
          >
            {each.icon()}
            <span>{each.title}</span>
            <Show when={each.view === "positions" && terminal.positions().length > 0}>
              <span class="badge">{terminal.positions().length}</span>
            </Show>
          </button>
        )}
      </For>
    </nav>
  );
}
