import { money, percent, signedMoney, tone } from "../format/money";
import type { Theme } from "../store/theme";
import { AccountSelect } from "./account_select";
import { useTerminal } from "./context";
import { MessageList } from "./message_log";

export interface MoreViewProps {
  theme: Theme;
  onHelp: () => void;
  onLogOut: () => void;
  onSwitch: (accountId: number) => void;
}

/** What a narrow screen has no room for elsewhere. */
export function MoreView(props: MoreViewProps) {
  const terminal = useTerminal();
  const summary = terminal.summary;
  const currency = terminal.currency;
  return (
    <section class="panel more-view" aria-label="More">
      <h2>Account</h2>
      <AccountSelect onSwitch={props.onSwitch} />
      <dl class="pairs">
        <dt>Balance</dt>
        <dd>{money(summary()?.balance, currency())}</dd>
        <dt>Equity</dt>
        <dd>{money(summary()?.equity, currency())}</dd>
        <dt>Unrealised P&L</dt>
        <dd class={tone(summary()?.unrealizedPnL)}>
          {signedMoney(summary()?.unrealizedPnL, currency())}
        </dd>
        <dt>Margin</dt>
        <dd>{money(summary()?.margin, currency())}</dd>
        <dt>Free margin</dt>
        <dd>{money(summary()?.freeMargin, currency())}</dd>
        <dt>Margin level</dt>
        <dd>{percent(summary()?.marginLevel)}</dd>
      </dl>
      <h2>Page</h2>
      <div class="more-actions">
        <button class="button" type="button" onClick={() => props.theme.toggle()}>
          {props.theme.theme() === "light" ? "Dark theme" : "Light theme"}
        </button>
        <button class="button" type="button" onClick={props.onHelp}>
          Help
        </button>
        <button class="button" type="button" onClick={props.onLogOut}>
          Log out
        </button>
      </div>
      <h2>Messages</h2>
      <MessageList />
    </section>
  );
}
