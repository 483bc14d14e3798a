import { For, Show } from "solid-js";

import type { Message, Messages } from "../store/messages";
import { Close } from "./icons";

const WORDS = { success: "Done", error: "Refused", info: "Note" } as const;
const SIGNS = { success: "✓", error: "!", info: "i" } as const;

function Toast(props: { message: Message; messages: Messages }) {
  const { message, messages } = props;
  return (
    <div
      class="toast"
      data-testid="toast"
      data-kind={message.kind}
      role={message.kind === "error" ? "alert" : "status"}
      onMouseEnter={() => messages.hold(message.id)}
      onMouseLeave={() => messages.release(message)}
      onFocusIn={() => messages.hold(message.id)}
      onFocusOut={() => messages.release(message)}
    >
      <span class="toast-sign" role="img" aria-label={WORDS[message.kind]}>
        {SIGNS[message.kind]}
      </span>
      <div class="toast-words">
        <p class="toast-title">{message.title}</p>
        <Show when={message.detail}>
          <p class="toast-detail">{message.detail}</p>
        </Show>
      </div>
      <button
        class="icon-button small"
        type="button"
        aria-label="Dismiss this message"
        onClick={() => messages.dismiss(message.id)}
      >
        <Close />
      </button>
    </div>
  );
}

export function Toasts(props: { messages: Messages }) {
  return (
    <div class="toasts" aria-live="polite" aria-label="Messages" role="region">
      <For each={props.messages.shown()}>
        {(message) => <Toast message={message} messages={props.messages} />}
      </For>
    </div>
  );
}
