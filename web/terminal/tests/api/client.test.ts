import { describe, expect, it, vi } from "vitest";

import { Api } from "../../src/api/client";
import { ApiError, ClosedError, NetworkError } from "../../src/api/errors";

function makeApi(answer: () => Promise<Response>) {
  const onUnauthenticated = vi.fn();
  const calls: [string, RequestInit][] = [];
  const api = new Api({
    token: () => "secret",
    accountId: () => 7,
    onUnauthenticated,
    fetch: ((path: string, init: RequestInit) => {
      calls.push([path, init]);
      return answer();
    }) as typeof fetch,
  });
  return { api, calls, onUnauthenticated };
}

const answers = (status: number, body: unknown, headers: Record<string, string> = {}) => () =>
  Promise.resolve(new Response(JSON.stringify(body), { status, headers }));

describe("Api", () => {
  it("says who asks, and for which account", async () => {
    const { api, calls } = makeApi(answers(200, { items: [] }));
    await api.get("/api/account/trades", { limit: 50, cursor: undefined });
    const [path, init] = calls[0]!;
    expect(path).toBe("/api/account/trades?limit=50");
    expect(init.headers).toMatchObject({ Authorization: "Bearer secret", "X-Account-Id": "7" });
  });

  it("sends volumes and prices as they were typed", async () => {
    const { api, calls } = makeApi(answers(201, {}));
    await api.post("/api/orders/market", { volume: "0.10" });
    expect(calls[0]![1].body).toBe('{"volume":"0.10"}');
  });

  it("turns a problem into a refusal", async () => {
    const problem = { status: 429, code: "RATE_LIMITED", detail: "Too many" };
    const { api } = makeApi(answers(429, problem, { "Retry-After": "60" }));
    const error = await api.get("/x").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: "RATE_LIMITED", detail: "Too many", retryAfterSeconds: 60 });
  });

  it("ends the login with 401 alone", async () => {
    const refused = makeApi(answers(401, { code: "UNAUTHENTICATED" }));
    await expect(refused.api.get("/x")).rejects.toBeInstanceOf(ApiError);
    expect(refused.onUnauthenticated).toHaveBeenCalledOnce();
    const forbidden = makeApi(answers(403, { code: "FORBIDDEN" }));
    await expect(forbidden.api.get("/x")).rejects.toBeInstanceOf(ApiError);
    expect(forbidden.onUnauthenticated).not.toHaveBeenCalled();
  });

  it("logs out after all else: reads are given up, what was ordered is waited for", async () => {
    const events: string[] = [];
    let fill: (answer: Response) => void = () => undefined;
    const api = new Api({
      token: () => "secret",
      accountId: () => 7,
      onUnauthenticated: () => events.push("unauthenticated"),
      fetch: ((path: string, init: RequestInit) => {
        events.push(path);
        if (path === "/api/logout") return Promise.resolve(new Response("{}", { status: 401 }));
        if (path === "/order") return new Promise((done) => (fill = done));
        return new Promise((_, fail) => {
          init.signal?.addEventListener("abort", () => fail(new Error("aborted")));
        });
      }) as typeof fetch,
    });
    const read = api.get("/read").catch((error: unknown) => error);
    const order = api.post<{ orderId: number }>("/order", {});
    const out = api.logOut();
    expect(await read).toBeInstanceOf(ClosedError);
    await expect(api.get("/late")).rejects.toBeInstanceOf(ClosedError);
    await expect(api.post("/late")).rejects.toBeInstanceOf(ClosedError);
    expect(events).toEqual(["/read", "/order"]);
    fill(new Response('{"orderId":4}', { status: 201 }));
    await out;
    expect(await order).toEqual({ orderId: 4 });
    expect(events).toEqual(["/read", "/order", "/api/logout"]);
  });

  it("logs out although an order gets no answer", async () => {
    vi.useFakeTimers();
    const { api, calls } = makeApi(() => new Promise(() => undefined));
    void api.post("/order", {}).catch(() => undefined);
    void api.logOut();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(calls.map(([path]) => path)).toEqual(["/order", "/api/logout"]);
    vi.useRealTimers();
  });

  it("knows no answer from a refusal", async () => {
    const away = makeApi(() => Promise.reject(new TypeError("Failed to fetch")));
    await expect(away.api.get("/x")).rejects.toBeInstanceOf(NetworkError);
    const proxy = makeApi(() => Promise.resolve(new Response("<h1>Bad gateway", { status: 502 })));
    await expect(proxy.api.get("/x")).rejects.toBeInstanceOf(NetworkError);
    const garbage = makeApi(() => Promise.resolve(new Response("{", { status: 200 })));
    await expect(garbage.api.get("/x")).rejects.toBeInstanceOf(NetworkError);
  });
});
