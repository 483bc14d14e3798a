import { Show } from "solid-js";

import { clock } from "../format/time";
import type { Theme } from "../store/theme";
import { AccountSelect } from "./account_select";
import { Connection } from "./connection";
import { useTerminal } from "./context";
import { Bell, Help, LogOut, Mark } from "./icons";
import { ThemeToggle } from "./theme_toggle";

export interface HeaderProps {
  brand: string;
  theme: Theme;
  onHelp: () => void;
  onLog: () => void;
  onLogOut: () => void;
  onSwitch: (accountId: number) => void;
}

export function Header(props: HeaderProps) {
  const terminal = useTerminal();
  return (
    <header class="header">
      <div class="brand">
        <Mark />
        <span class="brand-name">{props.brand}</span>
      </div>
      <Connection />
      <Show when={terminal.quotes.time() > 0}>
        <span class="server-time" title="Time of the newest quote">
          {clock(terminal.quotes.time())} UTC
        </span>
      </Show>
      <div class="header-space" />
      <AccountSelect onSwitch={props.onSwitch} />
      <div class="header-actions">
        <button
          class="icon-button wide-only"
          type="button"
          aria-label="Message log"
          title="Message log"
          onClick={props.onLog}
        >
          <Bell />
        </button>
        <button
          class="icon-button wide-only"
          type="button"
          aria-label="Help and shortcuts"
          title="Help and shortcuts (?)"
          onClick={props.onHelp}
        >
          <Help />
        </button>
        <ThemeToggle theme={props.theme} />
        <button
          class="icon-button"
          type="button"
          data-testid="logout"
          aria-label="Log out"
          title="Log out"
          onClick={props.onLogOut}
        >
          <LogOut />
        </button>
      </div>
    </header>
  );
}
