import { For, Show } from "solid-js";

import { clock } from "../format/time";
import { Dialog } from "./dialog";
import { useTerminal } from "./context";

const WORDS = { success: "Done", error: "Error", info: "Note" } as const;

export function MessageList() {
  const { messages } = useTerminal();
  return (
    <Show when={messages.log().length > 0} fallback={<p class="muted">No messages yet.</p>}>
      <ul class="log">
        <For each={messages.log()}>
          {(message) => (
            <li data-kind={message.kind}>
              <span class="log-time">{clock(message.time)}</span>
              <span class="log-kind">{WORDS[message.kind]}</span>
              <span>
                {message.title}
                <Show when={message.detail}>
                  <span class="muted"> {message.detail}</span>
                </Show>
              </span>
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}

export function MessageLog(props: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog title="Message log" isOpen={props.isOpen} onClose={props.onClose}>
      <MessageList />
    </Dialog>
  );
}
