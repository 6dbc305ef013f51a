/** The tokens of the session that the tabs of a browser share. One tab at a time refreshes; the others take its result. */

import type { Token } from "@/api";
import type { TokenChannel } from "./channel";
import { ApiError, type EndReason, SessionEnded } from "./errors";
import type { Lock } from "./lock";
import type { AccessToken, SessionStore, StoredSession } from "./store";

const RENEW_BEFORE_SECONDS = 60;
/** Other tabs answer in a few milliseconds, if there are any. */
const ANSWER_MILLISECONDS_MAX = 100;
/** The server does not accept the refresh token; repeating it is useless. */
const FINAL_STATUSES: readonly number[] = [400, 401];
/** Chromium shows a change of the localStorage to other tabs a little later. The next tab must not see the used refresh token. */
const SETTLE_MILLISECONDS = 100;

export interface TokensOptions {
  store: SessionStore;
  channel: TokenChannel;
  lock: Lock;
  /** Exchanges a refresh token. */
  refresh: (refreshToken: string) => Promise<Token>;
}

/** Times are of the monotonic clock: the clocks of this computer and of the server may be hours apart. */
interface Held {
  readonly id: string;
  readonly token: string;
  readonly renewAt: number;
  readonly expiresAt: number;
}

export class Tokens {
  private held: Held | undefined;
  /** The session of this tab. */
  private id: string | undefined;
  private username: string | undefined;
  private renewing: Promise<string> | undefined;
  private wake = (): void => {};
  private readonly endListeners: ((reason: EndReason) => void)[] = [];

  constructor(private readonly options: TokensOptions) {
    const { store, channel } = options;
    const handed = store.take();
    this.adopt(store.read());
    if (handed !== undefined) this.hold(handed);
    store.onChange(() => {
      this.reconcile();
    });
    channel.onOffer((token) => {
      this.hold(token);
    });
    channel.onAsk(() => {
      this.offer();
    });
  }

  /** Whether this tab has a session, as far as is known without the server. */
  get isActive(): boolean {
    this.reconcile();
    return this.id !== undefined;
  }

  onEnd(listener: (reason: EndReason) => void): void {
    this.endListeners.push(listener);
  }

  /** Returns a valid access token that is not the rejected one. Throws `SessionEnded`, `NetworkError` or `ApiError`. */
  readonly source = async (rejected?: string): Promise<string> => {
    this.verify();
    const current = this.current(rejected);
    if (current !== undefined) return current;
    this.renewing ??= this.renewed(rejected).finally(() => (this.renewing = undefined));
    return this.renewing;
  };

  /** Begins a session with the tokens of a login. */
  begin(username: string, tokens: Token): void {
    const id = randomName();
    this.replace({ id, username, refreshToken: tokens.refresh_token }, tokens);
  }

  /** Ends the session in all tabs. */
  end(reason: EndReason): void {
    this.options.store.clear();
    this.forget(reason);
  }

  /** Leaves the access token to the page that a reload loads. */
  handOver(): void {
    const token = this.shareable();
    if (token !== undefined) this.options.store.leave(token);
  }

  /** Notices what other tabs have done to the session. */
  reconcile(): void {
    const stored = this.options.store.read();
    if (this.id === undefined || stored?.id === this.id) return;
    if (stored?.username === this.username) this.adopt(stored);
    else this.forget(stored === undefined ? "logged-out" : "switched");
  }

  /** Takes up the session that another tab has begun. */
  resume(): void {
    this.adopt(this.options.store.read());
  }

  /** Throws `SessionEnded` if this tab has no session. */
  private verify(): void {
    this.reconcile();
    if (this.id === undefined) throw new SessionEnded("ended");
  }

  private current(rejected?: string): string | undefined {
    const { held } = this;
    return held !== undefined && held.token !== rejected && performance.now() < held.renewAt ? held.token : undefined;
  }

  private async renewed(rejected?: string): Promise<string> {
    if (this.held === undefined) await this.asked();
    return this.current(rejected) ?? this.locked(() => this.refreshed(rejected));
  }

  /** Waits until another tab has offered its token, or a moment. */
  private async asked(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, ANSWER_MILLISECONDS_MAX);
      this.options.channel.ask();
    });
  }

  /** Returns the result at once, but holds the lock until other tabs see what was stored. */
  private locked(work: () => Promise<string>): Promise<string> {
    return new Promise((resolve, reject) => {
      const held = async (): Promise<void> => {
        const result = work();
        resolve(result);
        await result.catch(() => undefined);
        await new Promise((settled) => setTimeout(settled, SETTLE_MILLISECONDS));
      };
      this.options.lock.run(held).catch(reject);
    });
  }

  /** Under the lock: takes the result of the tab that had the lock before, or refreshes. */
  private async refreshed(rejected?: string): Promise<string> {
    this.verify();
    const current = this.current(rejected);
    const stored = this.options.store.read();
    if (current !== undefined) return current;
    if (stored === undefined) throw new SessionEnded("ended");
    return this.exchanged(stored, rejected);
  }

  private async exchanged(stored: StoredSession, rejected?: string): Promise<string> {
    try {
      const tokens = await this.options.refresh(stored.refreshToken);
      // The session may have been replaced during the request; its tokens are not ours then.
      if (this.options.store.read()?.id === stored.id) {
        this.replace({ ...stored, refreshToken: tokens.refresh_token }, tokens);
        return tokens.access_token;
      }
    } catch (error) {
      if (!(error instanceof ApiError && FINAL_STATUSES.includes(error.status))) throw error;
      if (this.options.store.read()?.refreshToken === stored.refreshToken) this.end("ended");
    }
    return this.refreshed(rejected);
  }

  private replace(session: StoredSession, tokens: Token): void {
    this.options.store.write(session);
    this.adopt(session);
    this.hold({ id: session.id, token: tokens.access_token, seconds: tokens.expires_in });
    this.offer();
  }

  private adopt(session: StoredSession | undefined): void {
    if (this.held?.id !== session?.id) this.held = undefined;
    this.id = session?.id;
    this.username = session?.username;
  }

  private hold({ id, token, seconds }: AccessToken): void {
    if (id !== this.id) return;
    const now = performance.now();
    const renewSeconds = Math.max(seconds - RENEW_BEFORE_SECONDS, seconds / 2);
    this.held = { id, token, renewAt: now + renewSeconds * 1000, expiresAt: now + seconds * 1000 };
    this.wake();
  }

  private offer(): void {
    const token = this.shareable();
    if (token !== undefined) this.options.channel.offer(token);
  }

  private shareable(): AccessToken | undefined {
    const { held } = this;
    if (held === undefined || performance.now() >= held.renewAt) return undefined;
    return { id: held.id, token: held.token, seconds: (held.expiresAt - performance.now()) / 1000 };
  }

  private forget(reason: EndReason): void {
    if (this.id === undefined) return;
    this.adopt(undefined);
    this.endListeners.forEach((listener) => {
      listener(reason);
    });
  }
}

/** `crypto.randomUUID` needs a secure context. */
function randomName(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (each) => each.toString(36)).join("-");
}
