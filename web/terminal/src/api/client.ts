import { ApiError, ClosedError, NetworkError } from "./errors";

const TIMEOUT_MS = 15_000;
/** How long logging out waits for what was ordered before. */
const WRITES_MS = 3_000;

export interface ApiOptions {
  token: () => string | null;
  accountId: () => number | null;
  /** The token holds no more. */
  onUnauthenticated: () => void;
  fetch?: typeof fetch;
}

export type Query = Record<string, string | number | undefined>;

interface Problem {
  code?: unknown;
  detail?: unknown;
}

export function withQuery(path: string, query: Query): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

export class Api {
  private readonly reads = new Set<AbortController>();
  private readonly writes = new Set<Promise<unknown>>();
  private isClosed = false;

  constructor(private readonly options: ApiOptions) {}

  get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
    return this.request<T>("GET", withQuery(path, query), undefined, signal);
  }

  post<T>(path: string, body?: unknown): Promise<T> {
    return this.write<T>("POST", path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.write<T>("PUT", path, body);
  }

  /** From here on nothing goes out, and no read is waited for. What was ordered runs to its end. */
  close(): void {
    this.isClosed = true;
    for (const read of this.reads) read.abort();
  }

  /** Ends the token, and before it everything that would go out with it. */
  async logOut(): Promise<void> {
    this.close();
    const tooLong = new Promise((done) => setTimeout(done, WRITES_MS));
    if (this.writes.size > 0) await Promise.race([Promise.allSettled(this.writes), tooLong]);
    // On this page it ends even if the server cannot be told.
    await this.exchange("POST", "/api/logout").catch(() => undefined);
  }

  private async write<T>(method: string, path: string, body: unknown): Promise<T> {
    const answer = this.request<T>(method, path, body);
    this.writes.add(answer);
    try {
      return await answer;
    } finally {
      this.writes.delete(answer);
    }
  }

  private async request<T>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<T> {
    if (this.isClosed) throw new ClosedError();
    return this.exchange<T>(method, path, body, signal);
  }

  private async exchange<T>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<T> {
    const token = this.options.token();
    const { response, text } = await this.send(method, path, token, body, signal);
    if (response.ok) return parse(text) as T;
    const error = refusalOf(response, text);
    // An answer to a token that has been replaced meanwhile says nothing of the new one.
    const isCurrent = !this.isClosed && token !== null && token === this.options.token();
    if (response.status === 401 && isCurrent) this.options.onUnauthenticated();
    throw error;
  }

  private async send(
    method: string,
    path: string,
    token: string | null,
    body: unknown,
    signal: AbortSignal | undefined,
  ): Promise<{ response: Response; text: string }> {
    const abort = new AbortController();
    const isRead = method === "GET";
    if (isRead) this.reads.add(abort);
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    const stop = () => abort.abort();
    signal?.addEventListener("abort", stop);
    try {
      const init = { ...this.envelope(method, token, body), signal: abort.signal };
      const response = await (this.options.fetch ?? fetch)(path, init);
      return { response, text: await response.text() };
    } catch {
      throw isRead && this.isClosed ? new ClosedError() : new NetworkError();
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      this.reads.delete(abort);
    }
  }

  private envelope(method: string, token: string | null, body: unknown): RequestInit {
    const headers: Record<string, string> = {};
    if (token !== null) headers["Authorization"] = `Bearer ${token}`;
    const account = this.options.accountId();
    if (token !== null && account !== null) headers["X-Account-Id"] = String(account);
    if (body === undefined) return { method, headers, cache: "no-store" };
    headers["Content-Type"] = "application/json";
    return { method, headers, cache: "no-store", body: JSON.stringify(body) };
  }
}

function parse(text: string): unknown {
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new NetworkError("The server's answer could not be read");
  }
}

function refusalOf(response: Response, text: string): ApiError | NetworkError {
  let problem: Problem = {};
  try {
    problem = JSON.parse(text) as Problem;
  } catch {
    // A proxy in between answers in its own words when the server is away.
    if (response.status >= 502 && response.status <= 504) return new NetworkError();
  }
  const retryAfter = Number(response.headers.get("Retry-After") ?? NaN);
  return new ApiError(
    response.status,
    typeof problem.code === "string" ? problem.code : codeOf(response.status),
    typeof problem.detail === "string" ? problem.detail : "",
    Number.isFinite(retryAfter) ? retryAfter : null,
  );
}

function codeOf(status: number): string {
  if (status === 401) return "UNAUTHENTICATED";
  if (status === 404) return "NOT_FOUND";
  return status >= 500 ? "UNAVAILABLE" : "VALIDATION";
}
