/** The user of this tab: name, role and scopes; login and logout. */

import { defineStore } from "pinia";
import { computed, readonly, ref, shallowRef } from "vue";
import { getMe, issueToken, logOut as endSession, type Me, type Scope } from "@/api";
import type { EndReason } from "./errors";
import { unwrapped } from "./requests";
import { sessionStore, tokens } from "./tab";

const LOGOUT_SECONDS_MAX = 5;

export const useSession = defineStore("session", () => {
  const user = shallowRef<Me>();
  /** Why the user is not known yet, though there is a session. */
  const failure = shallowRef<unknown>();
  const endReason = ref<EndReason>();
  /** The last user of this page. What the page has loaded is that user's. */
  const lastName = ref<string>();
  /** The user of the session that another tab has begun. */
  const offeredName = ref<string>();

  async function load(): Promise<void> {
    try {
      user.value = await unwrapped(getMe());
      lastName.value = user.value.name;
      failure.value = endReason.value = undefined;
    } catch (error) {
      failure.value = error;
    }
  }

  async function logIn(username: string, password: string): Promise<void> {
    tokens.begin(username, await unwrapped(issueToken({ body: { grant_type: "password", username, password } })));
    await load();
  }

  /** Ends the session in all tabs, also where the server cannot be reached. */
  async function logOut(): Promise<void> {
    await endSession({ signal: AbortSignal.timeout(LOGOUT_SECONDS_MAX * 1000) });
    tokens.end("logged-out");
  }

  /** The server has ended all sessions of the user. */
  function leaveAfterPasswordChange(): void {
    tokens.end("password-changed");
  }

  /** Continues with the session of another tab. */
  async function resume(): Promise<void> {
    tokens.resume();
    await load();
  }

  function offer(): void {
    offeredName.value = tokens.isActive ? undefined : sessionStore.read()?.username;
  }

  tokens.onEnd((reason) => {
    user.value = failure.value = undefined;
    endReason.value = reason;
    offer();
  });
  sessionStore.onChange(offer);
  offer();

  return {
    user,
    failure: readonly(failure),
    endReason: readonly(endReason),
    lastName: readonly(lastName),
    offeredName: readonly(offeredName),
    role: computed(() => user.value?.role ?? undefined),
    can: (scope: Scope): boolean => user.value?.scopes.includes(scope) ?? false,
    load,
    logIn,
    logOut,
    leaveAfterPasswordChange,
    resume,
  };
});
