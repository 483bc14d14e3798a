import { createSignal, onMount, Show } from "solid-js";

import { Api } from "../api/client";
import { ApiError } from "../api/errors";
import { explain } from "../api/refusals";
import type { Login as LoginAnswer } from "../api/types";
import { loggedInFrom, type LoggedIn } from "../store/login";
import type { Theme } from "../store/theme";
import { Mark } from "./icons";
import { ThemeToggle } from "./theme_toggle";

export interface LoginProps {
  /** Why somebody is here who was logged in. */
  notice: string;
  theme: Theme;
  onEnter: (login: LoggedIn) => void;
}

function words(error: unknown): string {
  if (error instanceof ApiError && error.code === "UNAUTHENTICATED") {
    return "The user name or the password is wrong.";
  }
  const { title, detail } = explain(error);
  return error instanceof ApiError ? `${title} ${detail}`.trim() : `${title} Please try again.`;
}

export function Login(props: LoginProps) {
  const [username, setUsername] = createSignal("");
  const [password, setPassword] = createSignal("");
  const [problem, setProblem] = createSignal("");
  const [isBusy, setBusy] = createSignal(false);
  const api = new Api({ token: () => null, accountId: () => null, onUnauthenticated: () => {} });
  let nameField!: HTMLInputElement;
  let passwordField!: HTMLInputElement;

  onMount(() => {
    document.title = "Log in · tribook";
    nameField.focus();
  });

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    // What a password manager filled in may not have been told of.
    const name = nameField.value.trim();
    const secret = passwordField.value;
    if (!name || !secret) {
      setProblem(name ? "Enter your password." : "Enter your user name.");
      (name ? passwordField : nameField).focus();
      return;
    }
    setBusy(true);
    setProblem("");
    try {
      const body = { username: name, password: secret };
      props.onEnter(loggedInFrom(await api.post<LoginAnswer>("/api/login", body), name));
    } catch (error) {
      setProblem(words(error));
      setPassword("");
      passwordField.focus();
    } finally {
      setBusy(false);
    }
  }

  return (
    <main class="login">
      <div class="login-corner">
        <ThemeToggle theme={props.theme} />
      </div>
      <form class="login-card" onSubmit={(event) => void submit(event)} novalidate>
        <div class="login-brand">
          <Mark />
          <h1>tribook</h1>
        </div>
        <p class="login-lead">Log in to trade.</p>
        <Show when={props.notice && !problem()}>
          <p class="notice" role="status">
            {props.notice}
          </p>
        </Show>
        <label class="field">
          <span>User name</span>
          <input
            ref={nameField}
            data-testid="login-username"
            name="username"
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            maxLength={100}
            value={username()}
            onInput={(event) => setUsername(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>Password</span>
          <input
            ref={passwordField}
            data-testid="login-password"
            name="password"
            type="password"
            autocomplete="current-password"
            maxLength={72}
            value={password()}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
        <p class="problem" role="alert" data-testid="login-error" hidden={!problem()}>
          {problem()}
        </p>
        <button class="button primary" type="submit" data-testid="login-submit" disabled={isBusy()}>
          {isBusy() ? "Logging in…" : "Log in"}
        </button>
        <p class="login-hint">
          A demo server prints its accounts and their passwords when it starts for the first time.
        </p>
      </form>
    </main>
  );
}
