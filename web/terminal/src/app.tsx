import { createSignal, Show } from "solid-js";

import { Login } from "./components/login";
import { TerminalPage } from "./components/terminal_page";
import { Toasts } from "./components/toasts";
import { keepLogin, readLogin, type LoggedIn } from "./store/login";
import { createMessages } from "./store/messages";
import { createTheme } from "./store/theme";

export function App() {
  const theme = createTheme();
  const messages = createMessages();
  const [login, setLogin] = createSignal<LoggedIn | null>(readLogin());
  const [notice, setNotice] = createSignal("");

  function enter(next: LoggedIn): void {
    setNotice("");
    messages.clear();
    keepLogin(next);
    setLogin(next);
  }

  function leave(why: string): void {
    keepLogin(null);
    messages.clear();
    setNotice(why);
    setLogin(null);
  }

  return (
    <>
      <Show
        when={login()}
        keyed
        fallback={<Login notice={notice()} theme={theme} onEnter={enter} />}
      >
        {(each) => (
          <TerminalPage
            login={each}
            messages={messages}
            theme={theme}
            onLeave={leave}
            onSwitch={(accountId) => enter({ ...each, accountId })}
          />
        )}
      </Show>
      <Toasts messages={messages} />
    </>
  );
}
