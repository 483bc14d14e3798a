import { describe, expect, it, vi } from "vitest";

import { Api } from "../../src/api/client";
import { ApiError, NetworkError } from "../../src/api/errors";

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

  it("knows no answer from a refusal", async () => {
    const away = makeApi(() => Promise.reject(new TypeError("Failed to fetch")));
    await expect(away.api.get("/x")).rejects.toBeInstanceOf(NetworkError);
    const proxy = makeApi(() => Promise.resolve(new Response("<h1>Bad gateway", { status: 502 })));
    await expect(proxy.api.get("/x")).rejects.toBeInstanceOf(NetworkError);
    const garbage = makeApi(() => Promise.resolve(new Response("{", { status: 200 })));
    await expect(garbage.api.get("/x")).rejects.toBeInstanceOf(NetworkError);
  });
});
