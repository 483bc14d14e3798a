import { money, percent, signedMoney, tone } from "../format/money";
import { useTerminal } from "./context";

interface FigureProps {
  label: string;
  value: string;
  tone?: string;
  testid?: string;
  class?: string;
}

function Figure(props: FigureProps) {
  return (
    <div class={`figure ${props.class ?? ""}`}>
      <dt>{props.label}</dt>
      <dd class={props.tone} data-testid={props.testid}>
        {props.value}
      </dd>
    </div>
  );
}

export function AccountBar() {
  const terminal = useTerminal();
  const summary = terminal.summary;
  const currency = terminal.currency;
  const inMoney = (value: number | null | undefined) => money(value, currency());
  return (
    <section class="account-bar" aria-label="Account">
      <dl>
        <Figure label="Balance" value={inMoney(summary()?.balance)} testid="account-balance" />
        <Figure label="Equity" value={inMoney(summary()?.equity)} testid="account-equity" />
        <Figure
          label={`P&L ${currency()}`}
          value={signedMoney(summary()?.unrealizedPnL, currency())}
          tone={tone(summary()?.unrealizedPnL)}
          testid="account-pnl"
        />
        <Figure class="minor" label="Margin" value={inMoney(summary()?.margin)} />
        <Figure class="minor" label="Free margin" value={inMoney(summary()?.freeMargin)} />
        <Figure
          class="minor"
          label="Margin level"
          value={summary()?.marginLevel == null ? "–" : percent(summary()?.marginLevel)}
        />
      </dl>
    </section>
  );
}
