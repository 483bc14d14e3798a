import { ApiError, NetworkError } from "./errors";

const TIMEOUT_MS = 15_000;

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
  constructor(private readonly options: ApiOptions) {}

  get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
    return this.request<T>("GET", withQuery(path, query), undefined, signal);
  }

  post<T>(path: string, body?: unknown): Promise<T> {
    return this.request<T>("POST", path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.request<T>("PUT", path, body);
  }

  private async request<T>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<T> {
    const token = this.options.token();
    const response = await this.send(method, path, token, body, signal);
    const text = await response.text().catch(() => {
      throw new NetworkError();
    });
    if (response.ok) return parse(text) as T;
    const error = refusalOf(response, text);
    // An answer to a token that has been replaced meanwhile says nothing of the new one.
    if (response.status === 401 && token !== null && token === this.options.token()) {
      this.options.onUnauthenticated();
    }
    throw error;
  }

  private async send(
    method: string,
    path: string,
    token: string | null,
    body: unknown,
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    const headers: Record<string, string> = {};
    if (token !== null) headers["Authorization"] = `Bearer ${token}`;
    const account = this.options.accountId();
    if (token !== null && account !== null) headers["X-Account-Id"] = String(account);
    const init: RequestInit = { method, headers, cache: "no-store" };
    if (body !== undefined) {
      headers["Content-Type"] = "application/json";
      init.body = JSON.stringify(body);
    }
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    const stop = () => abort.abort();
    signal?.addEventListener("abort", stop);
    init.signal = abort.signal;
    try {
      return await (this.options.fetch ?? fetch)(path, init);
    } catch {
      throw new NetworkError();
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
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
