import { createSignal } from "solid-js";

export type MessageKind = "success" | "error" | "info";

export interface Message {
  id: number;
  kind: MessageKind;
  title: string;
  detail: string;
  time: number;
}

const LOG_MAX = 200;
const SHOWN_MAX = 4;
const SHOWN_MS: Record<MessageKind, number> = { success: 6_000, info: 6_000, error: 12_000 };

/** What the page has to say: shown for a while, kept in the log. */
export function createMessages() {
  const [shown, setShown] = createSignal<readonly Message[]>([]);
  const [log, setLog] = createSignal<readonly Message[]>([]);
  const timers = new Map<number, ReturnType<typeof setTimeout>>();
  let nextId = 1;

  function dismiss(id: number): void {
    clearTimeout(timers.get(id));
    timers.delete(id);
    setShown((list) => list.filter((message) => message.id !== id));
  }

  function hideLater(message: Message): void {
    clearTimeout(timers.get(message.id));
    timers.set(
      message.id,
      setTimeout(() => dismiss(message.id), SHOWN_MS[message.kind]),
    );
  }

  function say(kind: MessageKind, title: string, detail = ""): number {
    const message: Message = { id: nextId++, kind, title, detail, time: Date.now() };
    setLog((list) => [message, ...list].slice(0, LOG_MAX));
    for (const old of shown().slice(SHOWN_MAX - 1)) dismiss(old.id);
    setShown((list) => [message, ...list]);
    hideLater(message);
    return message.id;
  }

  /** While somebody reads it, it stays. */
  function hold(id: number): void {
    clearTimeout(timers.get(id));
  }

  function clear(): void {
    for (const message of shown()) dismiss(message.id);
  }

  return { shown, log, say, dismiss, hold, release: hideLater, clear };
}

export type Messages = ReturnType<typeof createMessages>;
