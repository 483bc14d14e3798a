import { createEffect, createMemo, createSignal, For, on } from "solid-js";

import type { Side } from "../api/types";
import { formatDecimal, parseDecimal, unitsOf } from "../format/decimal";
import { price } from "../format/price";
import { levelsAgainst, readLevel, type Level, type LevelKind } from "../order/levels";
import { marketAgainst } from "../order/readiness";
import { moneyOf } from "../order/risk";
import { firstVolume, stepVolume, volumeProblem, volumeText } from "../order/volume";
import { createStored } from "../store/preferences";
import { useTerminal } from "./context";
import { LevelField } from "./level_field";
import { createPipValue, MarginPreview } from "./margin_preview";
import { PriceButton } from "./price_button";
import { VolumeField } from "./volume_field";

const NO_LEVEL: Level = { problem: null, side: null, pips: 0 };
const DEFAULT_DISTANCE_PIPS = 20;

const areVolumes = (value: unknown) => typeof value === "object" && value !== null;

export function Ticket() {
  const terminal = useTerminal();
  const symbol = createMemo(() => terminal.catalog.find(terminal.selected()));
  const quote = () => terminal.quotes.get(terminal.selected())();
  // The volume last used of each symbol.
  const [volumes, setVolumes] = createStored<Record<string, string>>("volumes", {}, areVolumes);
  const [volume, setVolumeText] = createSignal("");
  const [sl, setSl] = createSignal("");
  const [tp, setTp] = createSignal("");
  const [sending, setSending] = createSignal<Side | null>(null);
  const name = createMemo(() => symbol()?.symbol);
  // Without a price the server could only refuse to reckon.
  const canReckon = createMemo(() => symbol()?.marketOpen === true && quote() !== null);
  const pipValue = createPipValue(() => (canReckon() ? name() : undefined));

  createEffect(
    on(name, (each) => {
      const rule = symbol();
      if (!each || !rule) return;
      const kept = volumes()[each];
      setVolumeText(kept && volumeProblem(kept, rule) === null ? kept : firstVolume(rule));
      setSl("");
      setTp("");
    }),
  );

  function setVolume(text: string): void {
    setVolumeText(text);
    const rule = symbol();
    if (rule && volumeProblem(text, rule) === null) {
      setVolumes((all) => ({ ...all, [rule.symbol]: text }));
    }
  }

  const wrongVolume = () => {
    const rule = symbol();
    return rule ? volumeProblem(volume(), rule) : null;
  };

  const volumeNote = () => {
    const rule = symbol();
    if (!rule) return "";
    const { minVolume, maxVolume, volumeStep } = rule;
    return `${volumeText(minVolume, rule)} to ${maxVolume}, in steps of ${volumeStep}`;
  };

  const levels = createMemo(() => {
    const rule = symbol();
    const now = quote();
    if (!rule || !now) return { sl: NO_LEVEL, tp: NO_LEVEL };
    const market = { ...rule, bid: now.bid, ask: now.ask };
    return { sl: readLevel("sl", sl(), market), tp: readLevel("tp", tp(), market) };
  });

  const against = (side: Side): string | null => {
    const isLive = terminal.connection().kind === "live";
    const reason = marketAgainst({ symbol: symbol(), isLive, hasQuote: quote() !== null });
    return reason ?? wrongVolume() ?? levelsAgainst(side, levels().sl, levels().tp);
  };
  const buyProblem = createMemo(() => against("BUY"));
  const sellProblem = createMemo(() => against("SELL"));

  /** One line below the buttons: why one or both of them are off. */
  const hint = () => {
    const [buy, sell] = [buyProblem(), sellProblem()];
    if (buy && buy === sell) return buy;
    if (buy && sell) return "The stop loss fits one side and the take profit the other.";
    return buy ?? sell ?? "";
  };

  function stepLevel(kind: LevelKind, direction: 1 | -1): void {
    const rule = symbol();
    const now = quote();
    if (!rule || !now) return;
    const text = kind === "sl" ? sl() : tp();
    const typed = parseDecimal(text);
    const pip = unitsOf(rule.pipSize);
    const away = pip * BigInt(DEFAULT_DISTANCE_PIPS);
    const start = kind === "sl" ? unitsOf(now.bid) - away : unitsOf(now.ask) + away;
    let next = typed === null ? start : typed + BigInt(direction) * pip;
    const tick = unitsOf(rule.tickSize);
    if (tick > 0n) next -= next % tick;
    if (next > 0n) (kind === "sl" ? setSl : setTp)(formatDecimal(next, rule.digits));
  }

  async function send(side: Side): Promise<void> {
    const rule = symbol();
    if (!rule || sending() !== null || against(side) !== null) return;
    setSending(side);
    const ticket = { symbol: rule.symbol, side, volume: volume(), sl: sl(), tp: tp() };
    const isTaken = await terminal.placeOrder(ticket);
    setSending(null);
    if (isTaken && terminal.selected() === ticket.symbol) {
      setSl("");
      setTp("");
    }
  }

  const worth = (level: Level) =>
    level.side ? moneyOf(level.pips, volume(), pipValue()) : null;
  const isClosed = () => symbol()?.marketOpen === false;
  const shown = (value: number | undefined) => {
    const rule = symbol();
    return value === undefined || !rule || isClosed() ? null : price(value, rule.digits);
  };
  const button = (side: Side) => (
    <PriceButton
      side={side}
      price={shown(side === "BUY" ? quote()?.ask : quote()?.bid)}
      none={isClosed() ? "closed" : "no price"}
      shape={symbol() ?? { digits: 5, pipSize: 0.0001 }}
      isDisabled={(side === "BUY" ? buyProblem() : sellProblem()) !== null || sending() !== null}
      isBusy={sending() === side}
      describedBy="ticket-hint"
      onClick={() => void send(side)}
    />
  );

  return (
    <section class="panel ticket" aria-label="Order ticket">
      <h2>Market order</h2>
      <label class="field">
        <span>Symbol</span>
        <select
          data-testid="ticket-symbol"
          value={terminal.selected()}
          onChange={(event) => terminal.select(event.currentTarget.value)}
        >
          <For each={terminal.catalog.symbols()}>
            {(each) => (
              <option value={each.symbol} selected={each.symbol === terminal.selected()}>
                {each.symbol}
              </option>
            )}
          </For>
        </select>
      </label>
      <div class="price-buttons">
        {button("SELL")}
        {button("BUY")}
      </div>
      <p class="ticket-hint" id="ticket-hint" aria-live="polite">
        {hint()}
      </p>
      <VolumeField
        testid="ticket-volume"
        label="Volume, lots"
        text={volume()}
        problem={wrongVolume()}
        note={volumeNote()}
        onInput={setVolume}
        onStep={(direction) => {
          const rule = symbol();
          if (rule) setVolume(stepVolume(volume(), direction, rule));
        }}
      />
      <div class="levels">
        <LevelField
          kind="sl"
          text={sl()}
          level={levels().sl}
          worth={worth(levels().sl)}
          currency={terminal.currency()}
          onInput={setSl}
          onStep={(direction) => stepLevel("sl", direction)}
        />
        <LevelField
          kind="tp"
          text={tp()}
          level={levels().tp}
          worth={worth(levels().tp)}
          currency={terminal.currency()}
          onInput={setTp}
          onStep={(direction) => stepLevel("tp", direction)}
        />
      </div>
      <MarginPreview
        symbol={symbol()}
        volume={
          canReckon() && wrongVolume() === null && volume() !== "" ? volume().trim() : null
        }
        onMax={setVolume}
      />
    </section>
  );
}
