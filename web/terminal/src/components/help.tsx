import { For } from "solid-js";

import { Dialog } from "./dialog";
import { SHORTCUTS } from "./shortcuts";

export function HelpDialog(props: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog title="Help" isOpen={props.isOpen} onClose={props.onClose}>
      <h3>Keys</h3>
      <dl class="keys">
        <For each={SHORTCUTS}>
          {(shortcut) => (
            <div>
              <dt>
                <kbd>{shortcut.key}</kbd>
              </dt>
              <dd>{shortcut.words}</dd>
            </div>
          )}
        </For>
      </dl>
      <h3>Good to know</h3>
      <ul class="notes">
        <li>One click on BUY or SELL places a market order at once.</li>
        <li>An order carries an id of its own: sent twice, it is still placed once.</li>
        <li>You buy at the ask and sell at the bid; the spread is told in pips.</li>
        <li>When the server is away the page comes back by itself, without a reload.</li>
        <li>All times are UTC.</li>
      </ul>
    </Dialog>
  );
}
