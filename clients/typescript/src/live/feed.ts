/** Runs one mode during one session after another, until it is closed or rejected for good. */

import { ConnectionEnded, Rejected } from "../errors.js";
import { backoffSeconds } from "./backoff.js";
import type { Inbox } from "./inbox.js";
import type { Mode } from "./modes.js";
import { Pause } from "./pause.js";
import type { Session } from "./session.js";

/** Without a frame for so many ticks, the server is asked for the changes; if it does not answer, the connection is dead. */
const SILENT_TICKS_MAX = 3;
const SILENT_MILLISECONDS_MIN = 3_000;
const ONE_DAY_MILLISECONDS = 86_400_000;

export interface FeedHandlers<Change> {
  /** Is called after something has changed. */
  onChange(change: Change): void;
  /** Is called each time the subscription has started, after the first change. */
  onStarted?(): void;
  /** Is called when the server rejects the subscription. It is attempted again unless the error is permanent. */
  onRejected?(error: unknown, isPermanent: boolean): void;
}

export class Feed<Change> {
  private isClosed = false;
  private failures = 0;
  private session: Session | undefined;
  private inbox: Inbox | undefined;
  private readonly pause = new Pause();

  constructor(
    readonly mode: Mode<Change>,
    private readonly handlers: FeedHandlers<Change>,
  ) {}

  /** Follows until the session ends, or the feed is closed or rejected for good. */
  async run(session: Session): Promise<void> {
    this.session = session;
    const inbox = session.listen(
      (frame) => this.mode.accepts(frame),
      () => this.pause.end(),
    );
    this.inbox = inbox;
    while (!this.isClosed && !session.isEnded) {
      try {
        await this.follow(session, inbox);
      } catch (error) {
        if (!this.isClosed && !session.isEnded) await this.recover(session, error);
      }
    }
    session.unlisten(inbox);
  }

  /** Stops following; the subscription ends unless another feed has replaced it. */
  close(isReplaced = false): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.inbox?.close(new ConnectionEnded("closed"));
    this.pause.end();
    // The server ends the subscription with the session as well, so a failure has no effect.
    if (!isReplaced && this.session?.isEnded === false) this.mode.stop(this.session).catch(() => undefined);
  }

  private async follow(session: Session, inbox: Inbox): Promise<void> {
    this.publish(await this.mode.start(session));
    this.failures = 0;
    callSafely(() => this.handlers.onStarted?.());
    while (!this.isClosed) {
      const frame = await inbox.next(this.silenceMilliseconds());
      this.publish(frame === undefined ? await this.mode.start(session) : await this.mode.receive(session, frame));
    }
  }

  private silenceMilliseconds(): number {
    const { tickSeconds } = this.mode;
    if (tickSeconds === undefined) return ONE_DAY_MILLISECONDS;
    return Math.max(SILENT_MILLISECONDS_MIN, SILENT_TICKS_MAX * tickSeconds * 1000);
  }

  private publish(change: Change | undefined): void {
    if (change !== undefined && !this.isClosed) callSafely(() => this.handlers.onChange(change));
  }

  /** Ends the session if its credentials or its connection are to blame; otherwise waits before the next attempt. */
  private async recover(session: Session, error: unknown): Promise<void> {
    if ((error instanceof Rejected && error.problem.status === 401) || isDead(error)) return session.end(error as Error);
    const isPermanent = error instanceof Rejected && error.isPermanent;
    if (isPermanent) this.isClosed = true;
    callSafely(() => this.handlers.onRejected?.(error, isPermanent));
    if (!isPermanent) await this.pause.begin(backoffSeconds(++this.failures, error) * 1000);
  }
}

/** Calls a handler of the program. An error of it must not end the connection, so it becomes an uncaught error. */
export function callSafely(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function isDead(error: unknown): boolean {
  return error instanceof ConnectionEnded && error.reason === "no-answer";
}
