/** The tokens of this tab, and the generated client of the API that uses them. */

import { refreshToken, type Token } from "@/api";
import { client } from "@/api/client.gen";
import { i18n } from "@/app/i18n";
import { BroadcastTokenChannel } from "./channel";
import { lockNamed } from "./lock";
import { configure, fetching, unwrapped } from "./requests";
import { SessionStore } from "./store";
import { Tokens } from "./tokens";

const refresh = (token: string): Promise<Token> =>
  unwrapped(refreshToken({ body: { grant_type: "refresh_token", refresh_token: token } }));

export const sessionStore = new SessionStore();
export const tokens = new Tokens({
  store: sessionStore,
  channel: new BroadcastTokenChannel(),
  lock: lockNamed("arcbeat.refresh"),
  refresh,
});

/** Returns a `fetch` for requests that may take longer than others. */
export const fetchWithin = (secondsMax: number): typeof fetch => fetching(tokens.source, secondsMax);

configure(client, { origin: location.origin, token: tokens.source, language: () => i18n.global.locale.value });
addEventListener("pagehide", () => {
  tokens.handOver();
});
// The browser has kept the page as it was, for its button «back». The page does not know what happened meanwhile.
addEventListener("pageshow", () => {
  sessionStore.take();
  tokens.reconcile();
});
