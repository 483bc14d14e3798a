import { cleanup, fireEvent, render, screen } from "@solidjs/testing-library";
import { createSignal } from "solid-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { connectionWords } from "../../src/components/connection";
import { Login } from "../../src/components/login";
import { PriceButton } from "../../src/components/price_button";
import { Tabs } from "../../src/components/tabs";
import { Toasts } from "../../src/components/toasts";
import { VolumeField } from "../../src/components/volume_field";
import { createMessages } from "../../src/store/messages";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const theme = { theme: () => "dark" as const, toggle: () => "light" as const };

describe("Login", () => {
  const type = (id: string, value: string) =>
    fireEvent.input(screen.getByTestId(id), { target: { value } });

  function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
    const fetch = vi.fn(() =>
      Promise.resolve(new Response(JSON.stringify(body), { status, headers })),
    );
    vi.stubGlobal("fetch", fetch);
    return fetch;
  }

  it("hands on who logged in", async () => {
    const fetch = answer(200, { token: "t", expiresAt: "x", accountId: 4, accounts: [4], role: "CLIENT" });
    const onEnter = vi.fn();
    render(() => <Login notice="" theme={theme} onEnter={onEnter} />);
    type("login-username", " trader ");
    type("login-password", "secret");
    fireEvent.click(screen.getByTestId("login-submit"));
    await vi.waitFor(() => expect(onEnter).toHaveBeenCalledOnce());
    expect(onEnter.mock.calls[0]![0]).toMatchObject({ token: "t", username: "trader", accountId: 4 });
    expect(fetch).toHaveBeenCalledOnce();
  });

  it("says that it was wrong, and empties the password", async () => {
    answer(401, { code: "UNAUTHENTICATED", detail: "The user name or the password is wrong" });
    render(() => <Login notice="" theme={theme} onEnter={() => undefined} />);
    type("login-username", "trader");
    type("login-password", "guess");
    fireEvent.click(screen.getByTestId("login-submit"));
    const problem = screen.getByTestId("login-error");
    await vi.waitFor(() => expect(problem.textContent).toContain("password is wrong"));
    expect((screen.getByTestId("login-password") as HTMLInputElement).value).toBe("");
  });

  it("asks for what is missing without asking the server", () => {
    const fetch = answer(200, {});
    render(() => <Login notice="Your login has ended." theme={theme} onEnter={() => undefined} />);
    expect(screen.getByText("Your login has ended.")).toBeTruthy();
    fireEvent.click(screen.getByTestId("login-submit"));
    expect(screen.getByTestId("login-error").textContent).toBe("Enter your user name.");
    expect(fetch).not.toHaveBeenCalled();
  });
});

describe("PriceButton", () => {
  const shape = { digits: 5, pipSize: 0.0001 };

  it("shows the whole price and trades by a click", () => {
    const onClick = vi.fn();
    render(() => (
      <PriceButton
        side="BUY"
        price="1.38699"
        none="no price"
        shape={shape}
        isDisabled={false}
        isBusy={false}
        describedBy="hint"
        onClick={onClick}
      />
    ));
    const button = screen.getByTestId("ticket-buy");
    expect(button.textContent).toBe("BUY1.38699");
    fireEvent.click(button);
    expect(onClick).toHaveBeenCalledOnce();
  });

  it("does nothing while it is off, but can be reached", () => {
    const onClick = vi.fn();
    render(() => (
      <PriceButton
        side="SELL"
        price={null}
        none="closed"
        shape={shape}
        isDisabled
        isBusy={false}
        describedBy="hint"
        onClick={onClick}
      />
    ));
    const button = screen.getByTestId("ticket-sell");
    expect(button.textContent).toBe("SELLclosed");
    fireEvent.click(button);
    expect(onClick).not.toHaveBeenCalled();
    expect(button.getAttribute("aria-disabled")).toBe("true");
    button.focus();
    expect(document.activeElement).toBe(button);
  });
});

describe("VolumeField", () => {
  it("steps by its buttons and by the arrow keys", () => {
    const onStep = vi.fn();
    render(() => (
      <VolumeField
        testid="volume"
        label="Volume"
        text="0.1"
        problem="Too small"
        note=""
        onInput={() => undefined}
        onStep={onStep}
      />
    ));
    fireEvent.click(screen.getByLabelText("More"));
    fireEvent.click(screen.getByLabelText("Less"));
    fireEvent.keyDown(screen.getByTestId("volume"), { key: "ArrowUp" });
    expect(onStep.mock.calls.map(([step]) => step as number)).toEqual([1, -1, 1]);
    expect(screen.getByTestId("volume").getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByText("Too small")).toBeTruthy();
  });
});

describe("Tabs", () => {
  it("go by the arrow keys, around the ends", () => {
    const [chosen, choose] = createSignal<"a" | "b">("a");
    const tabs = [
      { key: "a", title: "A" },
      { key: "b", title: "B" },
    ] as const;
    render(() => <Tabs label="Parts" tabs={tabs} chosen={chosen()} onChoose={choose} />);
    fireEvent.keyDown(screen.getByTestId("tab-a"), { key: "ArrowLeft" });
    expect(chosen()).toBe("b");
    expect(document.activeElement).toBe(screen.getByTestId("tab-b"));
    fireEvent.keyDown(screen.getByTestId("tab-b"), { key: "ArrowRight" });
    expect(chosen()).toBe("a");
    expect(screen.getByTestId("tab-a").getAttribute("aria-selected")).toBe("true");
  });
});

describe("messages", () => {
  beforeEach(() => vi.useFakeTimers());

  it("are shown for a while and kept in the log", () => {
    const messages = createMessages();
    render(() => <Toasts messages={messages} />);
    messages.say("success", "Filled");
    messages.say("error", "Refused", "because");
    const toasts = screen.getAllByTestId("toast");
    expect(toasts.map((each) => each.dataset["kind"])).toEqual(["error", "success"]);
    expect(toasts[0]!.getAttribute("role")).toBe("alert");
    vi.advanceTimersByTime(7_000);
    expect(screen.getAllByTestId("toast")).toHaveLength(1);
    vi.advanceTimersByTime(7_000);
    expect(screen.queryAllByTestId("toast")).toHaveLength(0);
    expect(messages.log()).toHaveLength(2);
  });

  it("are never more than fit, and go when they are dismissed", () => {
    const messages = createMessages();
    render(() => <Toasts messages={messages} />);
    for (let each = 0; each < 300; each += 1) messages.say("info", `${each}`);
    expect(screen.getAllByTestId("toast")).toHaveLength(4);
    expect(messages.log()).toHaveLength(200);
    fireEvent.click(screen.getAllByLabelText("Dismiss this message")[0]!);
    expect(screen.getAllByTestId("toast")).toHaveLength(3);
  });
});

describe("the connection's state", () => {
  it("is told in words", () => {
    expect(connectionWords({ kind: "live" }, 0)).toBe("Live");
    expect(connectionWords({ kind: "connecting", attempt: 0 }, 0)).toBe("Connecting…");
    expect(connectionWords({ kind: "connecting", attempt: 2 }, 0)).toBe("Reconnecting…");
    expect(connectionWords({ kind: "waiting", attempt: 1, retryAt: 4_200 }, 1_000)).toBe(
      "Reconnecting in 4 s",
    );
  });
});
