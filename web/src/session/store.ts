/**
 * Where the tabs of a browser keep their common session: the refresh token in the localStorage, because the API has no cookies.
 * Access tokens stay in memory. A reload hands its access token over in the sessionStorage, where the new page removes it, so
 * that a reload needs no refresh, whose response could get lost with the page.
 */

const SESSION_KEY = "arcbeat.session";
const HANDOVER_KEY = "arcbeat.handover";

export interface StoredSession {
  /** A random name of the login. */
  readonly id: string;
  readonly username: string;
  readonly refreshToken: string;
}

export interface AccessToken {
  /** The id of the session. */
  readonly id: string;
  readonly token: string;
  readonly seconds: number;
}

export class SessionStore {
  constructor(
    private readonly shared: Storage = localStorage,
    private readonly own: Storage = sessionStorage,
  ) {}

  read(): StoredSession | undefined {
    const found = parsed(this.shared.getItem(SESSION_KEY));
    return hasTexts(found, ["id", "username", "refreshToken"]) ? (found as StoredSession) : undefined;
  }

  write(session: StoredSession): void {
    this.shared.setItem(SESSION_KEY, JSON.stringify(session));
  }

  clear(): void {
    this.shared.removeItem(SESSION_KEY);
  }

  leave(token: AccessToken): void {
    this.own.setItem(HANDOVER_KEY, JSON.stringify(token));
  }

  /** Returns the access token that the page before this one left in this tab, and removes it. */
  take(): AccessToken | undefined {
    const found = parsed(this.own.getItem(HANDOVER_KEY));
    this.own.removeItem(HANDOVER_KEY);
    return isAccessToken(found) ? found : undefined;
  }

  /** Calls back when another tab has logged in, out, or refreshed. */
  onChange(listener: () => void): void {
    addEventListener("storage", ({ key }) => {
      if (key === SESSION_KEY || key === null) listener();
    });
  }
}

export function isAccessToken(value: unknown): value is AccessToken {
  return hasTexts(value, ["id", "token"]) && typeof (value as AccessToken).seconds === "number";
}

function hasTexts(value: unknown, names: readonly string[]): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    names.every((name) => typeof (value as Record<string, unknown>)[name] === "string")
  );
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return undefined;
  }
}
