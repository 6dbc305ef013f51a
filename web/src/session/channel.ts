/** How the tabs of a browser hand each other access tokens. */

import { type AccessToken, isAccessToken } from "./store";

const CHANNEL_NAME = "arcbeat.session";

export interface TokenChannel {
  /** Sends a token to all other tabs. */
  offer(token: AccessToken): void;
  /** Asks all other tabs for their token. */
  ask(): void;
  onOffer(listener: (token: AccessToken) => void): void;
  onAsk(listener: () => void): void;
}

/** Without a BroadcastChannel each tab refreshes for itself. */
export class BroadcastTokenChannel implements TokenChannel {
  private readonly channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(CHANNEL_NAME) : undefined;

  offer(token: AccessToken): void {
    this.channel?.postMessage({ offer: token });
  }

  ask(): void {
    this.channel?.postMessage({ ask: true });
  }

  onOffer(listener: (token: AccessToken) => void): void {
    this.listen("offer", (value) => {
      if (isAccessToken(value)) listener(value);
    });
  }

  onAsk(listener: () => void): void {
    this.listen("ask", listener);
  }

  /** Messages of another version of the console are ignored. */
  private listen(name: string, listener: (value: unknown) => void): void {
    this.channel?.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (typeof data === "object" && data !== null && name in data) listener((data as Record<string, unknown>)[name]);
    });
  }
}
