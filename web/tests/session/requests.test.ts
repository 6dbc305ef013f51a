import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { getMe, getMetrics, issueToken, startRun } from "@/api";
import { type Client, createClient } from "@/api/client";
import { ApiError, NetworkError, SessionEnded } from "@/session/errors";
import { configure, unwrapped } from "@/session/requests";

const ORIGIN = "http://factory.lan";
const PROBLEM = {
  type: "urn:arcbeat:problem:unavailable",
  title: "",
  status: 503,
  detail: "Later.",
  help: "",
  request_id: "7",
};

const server = vi.fn<(request: Request) => Promise<Response>>();
const token = vi.fn<(rejected?: string) => Promise<string>>();
let client: Client;

function answer(status: number, body: unknown = {}, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });
}

beforeEach(() => {
  vi.stubGlobal("fetch", server);
  server.mockReset();
  token.mockReset().mockImplementation((rejected) => Promise.resolve(rejected === undefined ? "old" : "new"));
  client = createClient();
  configure(client, { origin: ORIGIN, token, language: () => "zh-CN" });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a request", () => {
  it("has the token, the language and the address of the console", async () => {
    server.mockResolvedValue(answer(200, { name: "vera" }));

    await expect(unwrapped(getMe({ client }))).resolves.toEqual({ name: "vera" });

    const request = server.mock.lastCall?.[0];
    expect(request?.url).toBe(`${ORIGIN}/api/v1/auth/me`);
    expect(request?.headers.get("Authorization")).toBe("Bearer old");
    expect(request?.headers.get("Accept-Language")).toBe("zh-CN");
    expect(request?.headers.has("X-API-Key")).toBe(false);
  });

  it("is repeated once, with its body and another token, if the server rejects the token", async () => {
    const bodies: string[] = [];
    server.mockImplementation(async (request) => {
      bodies.push(await request.text());
      return request.headers.get("Authorization") === "Bearer new" ? answer(202) : answer(401, PROBLEM);
    });

    await unwrapped(startRun({ client, path: { name: "sync" }, body: { parameters: { day: "2026-03-02" } } }));

    expect(token).toHaveBeenLastCalledWith("old");
    expect(bodies).toHaveLength(2);
    expect(bodies[0]).toContain("2026-03-02");
    expect(bodies[1]).toBe(bodies[0]);
  });

  it("is not repeated a second time", async () => {
    server.mockImplementation(() => Promise.resolve(answer(401, { ...PROBLEM, status: 401 })));

    await expect(unwrapped(getMe({ client }))).rejects.toMatchObject({ name: "ApiError", status: 401 });
    expect(server).toHaveBeenCalledTimes(2);
  });

  it("has no token where the operation needs none, or one of a program", async () => {
    server.mockImplementation(() => Promise.resolve(answer(401, PROBLEM)));

    await issueToken({ client, body: { grant_type: "password", username: "vera", password: "wrong" } });
    await getMetrics({ client });

    expect(server.mock.calls.map(([request]) => request.headers.get("Authorization"))).toEqual([null, null]);
    expect(token).not.toHaveBeenCalled();
  });

  it("fails with the problem of the server and its wait", async () => {
    server.mockResolvedValue(answer(503, PROBLEM, { "Retry-After": "12" }));

    const error: unknown = await unwrapped(getMe({ client })).catch((each: unknown) => each);

    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ problem: PROBLEM, status: 503, retryAfterSeconds: 12 });
  });

  it.each([
    ["unreachable", () => Promise.reject(new TypeError("Failed to fetch"))],
    ["timeout", () => Promise.reject(new DOMException("too slow", "TimeoutError"))],
    ["unexpected-response", () => Promise.resolve(new Response("<h1>Bad Gateway</h1>", { status: 502 }))],
  ])("fails as %s where there is no answer of the server", async (reason, outcome) => {
    server.mockImplementation(outcome);

    const error: unknown = await unwrapped(getMe({ client })).catch((each: unknown) => each);

    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ reason });
  });

  it("fails with the end of the session before it is sent", async () => {
    token.mockRejectedValue(new SessionEnded("ended"));

    await expect(unwrapped(getMe({ client }))).rejects.toThrow(SessionEnded);
    expect(server).not.toHaveBeenCalled();
  });
});
