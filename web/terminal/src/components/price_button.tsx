import { Show } from "solid-js";

import type { Side } from "../api/types";
import { splitPrice, type PriceShape } from "../format/price";

export interface PriceButtonProps {
  side: Side;
  /** The price's text, or null when there is none to trade at. */
  price: string | null;
  /** What stands there then. */
  none: string;
  shape: PriceShape;
  isDisabled: boolean;
  isBusy: boolean;
  describedBy: string;
  onClick: () => void;
}

export function PriceButton(props: PriceButtonProps) {
  const parts = () => (props.price === null ? null : splitPrice(props.price, props.shape));
  return (
    <button
      class={`price-button ${props.side === "BUY" ? "buy" : "sell"}`}
      type="button"
      data-testid={props.side === "BUY" ? "ticket-buy" : "ticket-sell"}
      // Not `disabled`: the keyboard must get here to hear why.
      aria-disabled={props.isDisabled}
      aria-busy={props.isBusy}
      aria-describedby={props.describedBy}
      onClick={() => !props.isDisabled && props.onClick()}
    >
      <span class="price-side">{props.isBusy ? "Sending…" : props.side}</span>
      <Show when={parts()} fallback={<span class="price-none">{props.none}</span>}>
        {(each) => (
          <span class="price-figures">
            {each().head}
            <b>{each().pips}</b>
            <small>{each().tail}</small>
          </span>
        )}
      </Show>
    </button>
  );
}
