/** A browser with tabs and a server for one session, in place of real ones. */

import type { Token } from "@/api";
import type { TokenChannel } from "@/session/channel";
import { ApiError } from "@/session/errors";
import type { Lock } from "@/session/lock";
import { type AccessToken, SessionStore } from "@/session/store";
import { Tokens } from "@/session/tokens";

/** Counts refresh tokens as the service does: each is valid once, and a second use ends the session. */
export class FakeServer {
  rotation = 0;
  isEnded = false;
  refreshes = 0;
  expiresInSeconds = 3600;
  /** Called before each answer. */
  beforeAnswer = (): Promise<void> => Promise.resolve();

  readonly refresh = async (refreshToken: string): Promise<Token> => {
    await this.beforeAnswer();
    this.refreshes += 1;
    if (this.isEnded || refreshToken !== this.refreshToken) {
      this.isEnded = true;
      throw unauthenticated();
    }
    this.rotation += 1;
    return this.issued();
  };

  get refreshToken(): string {
    return `refresh-${this.rotation}`;
  }

  issued(): Token {
    return {
      access_token: `access-${this.rotation}`,
      token_type: "Bearer",
      expires_in: this.expiresInSeconds,
      refresh_token: this.refreshToken,
      refresh_expires_in: 1_209_600,
      scope: "job:read",
    };
  }
}

export function unauthenticated(): ApiError {
  const type = "urn:arcbeat:problem:unauthenticated";
  const problem = { type, title: "", status: 401, detail: "The session has ended.", help: "", request_id: "1" };
  return new ApiError(problem, 401);
}

/** Locks of one browser by name. */
export class FakeLocks {
  private last: Promise<unknown> = Promise.resolve();

  readonly request = (_name: string, _options: LockOptions, work: () => Promise<unknown>): Promise<unknown> => {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  };
}

class Hub {
  readonly tabs: { offer?: (token: AccessToken) => void; ask?: () => void }[] = [];

  channel(): TokenChannel {
    const own: (typeof this.tabs)[number] = {};
    this.tabs.push(own);
    const others = (): typeof this.tabs => this.tabs.filter((each) => each !== own);
    return {
      offer: (token) => {
        queueMicrotask(() => {
          others().forEach((each) => each.offer?.(token));
        });
      },
      ask: () => {
        queueMicrotask(() => {
          others().forEach((each) => each.ask?.());
        });
      },
      onOffer: (listener) => (own.offer = listener),
      onAsk: (listener) => (own.ask = listener),
    };
  }
}

export class FakeBrowser {
  readonly server = new FakeServer();
  readonly storage = new Storage();
  private readonly hub = new Hub();

  constructor(private readonly lock: (storage: Storage) => Lock) {}

  /** @param own the sessionStorage of the tab, which a duplicated or reloaded tab has from another. */
  tab(own: Storage = new Storage()): Tokens {
    return new Tokens({
      store: new SessionStore(this.storage, own),
      channel: this.hub.channel(),
      lock: this.lock(this.storage),
      refresh: this.server.refresh,
    });
  }

  /** Opens a tab and logs in. */
  loggedIn(username = "vera"): Tokens {
    const tab = this.tab();
    tab.begin(username, this.server.issued());
    return tab;
  }
}
