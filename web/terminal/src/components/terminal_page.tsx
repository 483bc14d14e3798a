import { createEffect, createSignal, lazy, onCleanup, Suspense } from "solid-js";

import { price } from "../format/price";
import type { LoggedIn } from "../store/login";
import type { Messages } from "../store/messages";
import { createTerminal } from "../store/terminal";
import type { Theme } from "../store/theme";
import { AccountBar } from "./account_bar";
import { Activity } from "./activity";
import { BottomNav, type View } from "./bottom_nav";
import { TerminalContext } from "./context";
import { Header } from "./header";
import { HelpDialog } from "./help";
import { Markets } from "./markets";
import { MessageLog } from "./message_log";
import { MoreView } from "./more_view";
import { watchShortcuts } from "./shortcuts";
import { Ticket } from "./ticket";

const ChartPanel = lazy(() => import("./chart_panel").then((m) => ({ default: m.ChartPanel })));

export interface TerminalPageProps {
  login: LoggedIn;
  messages: Messages;
  theme: Theme;
  onLeave: (why: string) => void;
  onSwitch: (accountId: number) => void;
}

const TITLE_MS = 1_000;

export function TerminalPage(props: TerminalPageProps) {
  let isLeaving = false;
  const terminal = createTerminal({
    login: props.login,
    messages: props.messages,
    onExpired: () => props.onLeave("Your login has ended. Please log in again."),
  });
  const [view, setView] = createSignal<View>("markets");
  const [isHelpOpen, setHelpOpen] = createSignal(false);
  const [isLogOpen, setLogOpen] = createSignal(false);
  const isLive = () => terminal.connection().kind === "live";
  const brand = () => terminal.profile()?.brand ?? "tribook";

  async function logOut(): Promise<void> {
    if (isLeaving) return;
    isLeaving = true;
    await terminal.logOut();
    props.onLeave("You are logged out.");
  }

  function writeTitle(): void {
    const symbol = terminal.catalog.find(terminal.selected());
    const quote = symbol && terminal.quotes.get(symbol.symbol)();
    const now = symbol && quote ? `${symbol.symbol} ${price(quote.bid, symbol.digits)} · ` : "";
    document.title = now + brand();
  }
  const titles = setInterval(writeTitle, TITLE_MS);
  onCleanup(() => clearInterval(titles));
  createEffect(writeTitle);

  watchShortcuts({ show: setView, help: () => setHelpOpen(true) });

  return (
    <TerminalContext.Provider value={terminal}>
      <div class="terminal" data-view={view()} data-live={isLive() ? "" : undefined}>
        <Header
          brand={brand()}
          theme={props.theme}
          onHelp={() => setHelpOpen(true)}
          onLog={() => setLogOpen(true)}
          onLogOut={() => void logOut()}
          onSwitch={props.onSwitch}
        />
        <AccountBar />
        <Markets onPicked={() => setView("chart")} />
        <Suspense fallback={<section class="panel chart-panel" aria-busy="true" />}>
          <ChartPanel theme={props.theme.theme()} />
        </Suspense>
        <Ticket />
        <Activity onSymbol={() => setView("chart")} />
        <MoreView
          theme={props.theme}
          onHelp={() => setHelpOpen(true)}
          onLogOut={() => void logOut()}
          onSwitch={props.onSwitch}
        />
        <BottomNav view={view()} onView={setView} />
      </div>
      <HelpDialog isOpen={isHelpOpen()} onClose={() => setHelpOpen(false)} />
      <MessageLog isOpen={isLogOpen()} onClose={() => setLogOpen(false)} />
    </TerminalContext.Provider>
  );
}
