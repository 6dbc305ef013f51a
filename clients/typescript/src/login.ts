/** Access tokens of a user, refreshed in time. */

import { Rejected } from "./errors.js";
import { type Client, createClient, createConfig } from "./rest/client/index.js";
import { issueToken, refreshToken } from "./rest/sdk.gen.js";
import type { Token } from "./rest/types.gen.js";

/** Returns a valid access token. It receives the token that the server rejected, if there is one. */
export type TokenSource = (rejected?: string) => string | Promise<string>;

const RENEW_BEFORE_SECONDS = 60;
const REQUEST_MILLISECONDS = 20_000;

/** Logs in with a password; refreshes the token before it expires, and logs in again when the session has ended. */
export class Login {
  private readonly anonymous: Client;
  private tokens: Token | undefined;
  private renewAt = 0;
  private renewing: Promise<string> | undefined;

  constructor(
    private readonly url: string,
    private readonly username: string,
    private readonly password: string,
  ) {
    this.anonymous = createClient(createConfig({ baseUrl: url }));
  }

  /** Returns an access token that is valid for some time and is not the rejected one. Throws `Rejected`. */
  readonly token = async (rejected?: string): Promise<string> => {
    if (this.tokens !== undefined && this.tokens.access_token !== rejected && Date.now() < this.renewAt) {
      return this.tokens.access_token;
    }
    this.renewing ??= this.renew().finally(() => (this.renewing = undefined));
    return this.renewing;
  };

  /** Returns a client for the functions of `rest` whose requests have a valid token. */
  client(): Client {
    const authorized = async (request: Request): Promise<Response> => {
      const token = await this.token();
      const again = request.clone();
      request.headers.set("Authorization", `Bearer ${token}`);
      const response = await fetch(request);
      if (response.status !== 401) return response;
      again.headers.set("Authorization", `Bearer ${await this.token(token)}`);
      return fetch(again);
    };
    return createClient(createConfig({ baseUrl: this.url, fetch: authorized as typeof fetch }));
  }

  /** Replaces the tokens. A refresh token can be used once, so a failed refresh is followed by a login. */
  private async renew(): Promise<string> {
    const tokens = (await this.refreshed()) ?? (await this.loggedIn());
    const { expires_in } = tokens;
    this.tokens = tokens;
    this.renewAt = Date.now() + Math.max(expires_in - RENEW_BEFORE_SECONDS, expires_in / 2) * 1000;
    return tokens.access_token;
  }

  private async refreshed(): Promise<Token | undefined> {
    if (this.tokens === undefined) return undefined;
    const body = { grant_type: "refresh_token" as const, refresh_token: this.tokens.refresh_token };
    this.tokens = undefined;
    return (await refreshToken({ client: this.anonymous, body, signal: AbortSignal.timeout(REQUEST_MILLISECONDS) })).data;
  }

  private async loggedIn(): Promise<Token> {
    const body = { grant_type: "password" as const, username: this.username, password: this.password };
    const signal = AbortSignal.timeout(REQUEST_MILLISECONDS);
    const { data, error, response } = await issueToken({ client: this.anonymous, body, signal });
    if (data !== undefined) return data;
    if (response === undefined) throw new Error("the server cannot be reached", { cause: error });
    throw new Rejected(error, response.headers);
  }
}
