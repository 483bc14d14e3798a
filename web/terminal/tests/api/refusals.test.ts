import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

import { ApiError, NetworkError } from "../../src/api/errors";
import { explain, explainCode, REFUSALS } from "../../src/api/refusals";

/** The codes in the table below "## Codes" of docs/API.md. */
function documentedCodes(): string[] {
  const text = readFileSync(resolve(__dirname, "../../../../docs/API.md"), "utf8");
  const chapter = text.slice(text.indexOf("\n## Codes\n"));
  return [...chapter.matchAll(/^\|[^|]*\| `([A-Z_]+)` \|/gm)].map((match) => match[1]!);
}

describe("refusals", () => {
  it("have words for every code of docs/API.md, and for no other", () => {
    const codes = documentedCodes();
    expect(codes.length).toBeGreaterThan(25);
    expect(Object.keys(REFUSALS).sort()).toEqual([...codes].sort());
  });

  it("are sentences", () => {
    for (const words of Object.values(REFUSALS)) expect(words).toMatch(/^[A-Z].*\.$/);
  });

  it("show the detail, and a code that is not known", () => {
    const error = new ApiError(422, "INSUFFICIENT_MARGIN", "Needs 108.34 USD, free are 3.10 USD");
    expect(explain(error)).toEqual({
      title: REFUSALS["INSUFFICIENT_MARGIN"],
      detail: "Needs 108.34 USD, free are 3.10 USD",
    });
    expect(explainCode("BRAND_NEW").title).toContain("BRAND_NEW");
  });

  it("say how long a lock-out lasts", () => {
    expect(explain(new ApiError(429, "RATE_LIMITED", "", 840)).detail).toContain("14 minutes");
    expect(explain(new ApiError(429, "RATE_LIMITED", "", 9)).detail).toContain("9 s");
  });

  it("explain a lost network and a fault of the page", () => {
    expect(explain(new NetworkError()).title).toContain("cannot be reached");
    expect(explain(new TypeError("x is undefined")).detail).toContain("x is undefined");
  });
});
