/** Keys by which the server recognizes a request that is sent twice. */

const BYTES = 16;

/** Returns a new key. `crypto.randomUUID` is missing where the console is opened over plain HTTP. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return `console-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
