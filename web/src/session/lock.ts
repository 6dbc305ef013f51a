/** Lets one tab of a browser at a time do something. Over plain HTTP there is no `navigator.locks`, but a localStorage. */

import { NetworkError } from "./errors";

/** Longer than any request under the lock, and than a wait for a lock whose tab has died. */
const WAIT_SECONDS_MAX = 90;

export interface Lock {
  /** Calls `work` while no other tab does. Throws `NetworkError` (`timeout`) if other tabs take too long. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function lockNamed(name: string): Lock {
  const { locks } = navigator as Partial<Navigator>;
  return locks === undefined ? new StorageLock(name) : new WebLock(name, locks);
}

/** The browser releases the lock of a tab that dies. */
export class WebLock implements Lock {
  constructor(
    private readonly name: string,
    private readonly locks: LockManager,
  ) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    const waiting = AbortSignal.timeout(WAIT_SECONDS_MAX * 1000);
    try {
      return await this.locks.request(this.name, { signal: waiting }, work);
    } catch (error) {
      throw error === waiting.reason ? new NetworkError("timeout", { cause: error }) : error;
    }
  }
}

export interface StorageLockOptions {
  storage?: Storage;
  /** Other tabs see a change of the storage later than its author; a claim counts after twice that time. */
  settleMilliseconds?: number;
  pollMilliseconds?: number;
  /** A lock that is held for longer belongs to a tab that has died. Longer than any request under the lock. */
  abandonedSeconds?: number;
}

export class StorageLock implements Lock {
  private readonly storage: Storage;
  private readonly settleMilliseconds: number;
  private readonly pollMilliseconds: number;
  private readonly abandonedSeconds: number;

  constructor(
    private readonly name: string,
    options: StorageLockOptions = {},
  ) {
    this.storage = options.storage ?? localStorage;
    this.settleMilliseconds = options.settleMilliseconds ?? 200;
    this.pollMilliseconds = options.pollMilliseconds ?? 100;
    this.abandonedSeconds = options.abandonedSeconds ?? 45;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    let claim: string | undefined;
    const release = (): void => {
      if (claim !== undefined && this.storage.getItem(this.name) === claim) this.storage.removeItem(this.name);
    };
    // Before the first claim: other tabs would wait long for a page that was left before its claim counted.
    addEventListener("pagehide", release);
    try {
      await this.acquired((made) => (claim = made));
      return await work();
    } finally {
      removeEventListener("pagehide", release);
      release();
    }
  }

  /** @param onClaim is called with each claim, before it is written. */
  private async acquired(onClaim: (claim: string) => void): Promise<void> {
    const isAbandoned = abandonment(this.abandonedSeconds);
    for (const end = performance.now() + WAIT_SECONDS_MAX * 1000; performance.now() < end;) {
      const holder = this.storage.getItem(this.name);
      if ((holder === null || isAbandoned(holder)) && (await this.claimed(onClaim))) return;
      await pause(this.pollMilliseconds);
    }
    throw new NetworkError("timeout");
  }

  /** Writes a claim and returns whether no other tab has overwritten it: of several claims the last one counts. */
  private async claimed(onClaim: (claim: string) => void): Promise<boolean> {
    const claim = `${Date.now()}.${Math.random()}`;
    onClaim(claim);
    this.storage.setItem(this.name, claim);
    await pause(this.settleMilliseconds * (1 + Math.random()));
    return this.storage.getItem(this.name) === claim;
  }
}

/**
 * Returns a function that tells whether a holder has died: its claim is too old, or has been the same for too long here. The
 * second is true however the clock of the computer is set meanwhile.
 */
function abandonment(seconds: number): (claim: string) => boolean {
  let known: string | undefined;
  let since = 0;
  return (claim) => {
    if (claim !== known) [known, since] = [claim, performance.now()];
    const ages = [performance.now() - since, Math.abs(Date.now() - Number.parseInt(claim, 10))];
    return !ages.every((age) => age <= seconds * 1000);
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
