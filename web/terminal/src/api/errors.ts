/** A refusal: the server answered, and said no. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(detail || code);
    this.name = "ApiError";
  }
}

/** It was not sent, or is not waited for any more: the login was ended on this page. */
export class ClosedError extends Error {
  constructor() {
    super("The login was ended");
    this.name = "ClosedError";
  }
}

/** No answer came: whether anything was done is not known. */
export class NetworkError extends Error {
  constructor(message = "The server did not answer") {
    super(message);
    this.name = "NetworkError";
  }
}
