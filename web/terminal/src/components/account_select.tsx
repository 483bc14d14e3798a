import { For, Show } from "solid-js";

import type { ProfileAccount } from "../api/types";
import { useTerminal } from "./context";

function describe(account: ProfileAccount): string {
  const { accountNumber } = account;
  const name = /^\d+$/.test(accountNumber) ? `Account ${accountNumber}` : accountNumber;
  return `${name} · ${account.accountType} · ${account.currency}`;
}

export function AccountSelect(props: { onSwitch: (accountId: number) => void }) {
  const terminal = useTerminal();
  const accounts = () => terminal.profile()?.accounts ?? [];
  const current = () =>
    accounts().find((account) => account.id === terminal.login.accountId) ?? accounts()[0];
  return (
    <div class="account-select">
      <span class="account-user">{terminal.login.username}</span>
      <Show
        when={accounts().length > 1}
        fallback={
          <Show when={current()}>{(account) => <span class="muted">{describe(account())}</span>}</Show>
        }
      >
        <select
          aria-label="Account"
          value={String(current()?.id ?? "")}
          onChange={(event) => props.onSwitch(Number(event.currentTarget.value))}
        >
          <For each={accounts()}>
            {(account) => <option value={String(account.id)}>{describe(account)}</option>}
          </For>
        </select>
      </Show>
    </div>
  );
}
