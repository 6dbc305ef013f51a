/** Configures the generated client of the API: address, token, language, timeout and errors. */

import type { Client } from "@/api/client";
import type { TokenSource } from "@arcbeat/client/login";
import { typedError } from "./errors";

/** Longer than any limit of the server for an answer in JSON, except that of an import. */
const REQUEST_SECONDS_MAX = 30;

export interface RequestOptions {
  origin: string;
  token: TokenSource;
  language: () => string;
}

/** Lets a client send requests with the token of the session, and fail with the errors of `errors.ts`. */
export function configure(client: Client, { origin, token, language }: RequestOptions): void {
  client.setConfig({
    baseUrl: origin,
    // The API key and the token of /metrics are credentials of programs.
    auth: (scheme) => (scheme.key === "token" ? token() : undefined),
    fetch: fetching(token),
  });
  client.interceptors.request.use((request) => {
    request.headers.set("Accept-Language", language());
    return request;
  });
  client.interceptors.error.use(typedError);
}

/** Returns a `fetch` with the token of the session, which gives up after some seconds. */
export function fetching(token: TokenSource, secondsMax = REQUEST_SECONDS_MAX): typeof fetch {
  return (input, init) => repeated(new Request(input, init), token, secondsMax);
}

/** Sends a request, and once more with another token if the server rejects its token. */
async function repeated(request: Request, token: TokenSource, secondsMax: number): Promise<Response> {
  const again = request.clone();
  const response = await sent(request, secondsMax);
  const rejected = tokenOf(request);
  if (response.status !== 401 || rejected === undefined) return response;
  again.headers.set("Authorization", `Bearer ${await token(rejected)}`);
  return sent(again, secondsMax);
}

function sent(request: Request, secondsMax: number): Promise<Response> {
  return fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(secondsMax * 1000)]) });
}

function tokenOf(request: Request): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.get("Authorization") ?? "")?.[1];
}

/** Returns the body of a successful answer, or throws the error: `queryFn: () => unwrapped(listJobs({ query }))`. */
export async function unwrapped<T>(request: Promise<{ data?: T; error?: unknown }>): Promise<Exclude<T, undefined>> {
  const { data, error } = await request;
  if (error === undefined) return data as Exclude<T, undefined>;
  throw error instanceof Error ? error : new Error("the request failed", { cause: error });
}
