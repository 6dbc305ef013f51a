/** Moments between the URL, which has RFC 3339, and inputs, which have the time zone of the browser. */

const MINUTE_MILLISECONDS = 60_000;

/** Returns the value of an input of the type datetime-local. */
export function toInput(moment: string | undefined): string {
  if (moment === undefined) return "";
  const date = new Date(moment);
  return new Date(date.getTime() - date.getTimezoneOffset() * MINUTE_MILLISECONDS).toISOString().slice(0, 16);
}

/** Returns the moment of an input; undefined if it is empty. */
export function momentOf(input: string): string | undefined {
  const date = new Date(input);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
