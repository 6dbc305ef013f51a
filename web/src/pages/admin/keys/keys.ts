/** API keys: what state they are in, and how soon they expire. */

import type { ApiKey } from "@/api";

export const KEY_STATES = ["active", "expired", "revoked"] as const;
export type KeyState = (typeof KEY_STATES)[number];

/** A key that expires within this time is to be replaced soon. */
export const SOON_DAYS = 30;
export const DAY_MILLISECONDS = 86_400_000;
/** The years that the API accepts for the life of a key. */
export const DAYS_MAX = 3650;
export const DAYS_DEFAULT = 365;

type Life = Pick<ApiKey, "expires_at" | "revoked_at">;

/** @param now in milliseconds since 1970. */
export function stateOf({ expires_at, revoked_at }: Life, now: number): KeyState {
  if (revoked_at !== null) return "revoked";
  return expires_at !== null && Date.parse(expires_at) <= now ? "expired" : "active";
}

/** Returns how many whole days an active key still has if these are few, or else undefined. */
export function daysLeft(key: Life, now: number): number | undefined {
  if (key.expires_at === null || stateOf(key, now) !== "active") return undefined;
  const days = Math.floor((Date.parse(key.expires_at) - now) / DAY_MILLISECONDS);
  return days < SOON_DAYS ? days : undefined;
}
