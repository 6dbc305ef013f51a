/** Random passwords for new users. */

/** Without letters and digits that look alike. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const GROUP_CHARACTERS = 5;

/** Returns 20 random characters in groups, for example `k7dmx-…`: 100 bits. The alphabet has 32 characters, so each is as likely. */
export function randomPassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(GROUPS * GROUP_CHARACTERS));
  const characters = Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join("");
  return (characters.match(new RegExp(`.{${GROUP_CHARACTERS}}`, "g")) ?? []).join("-");
}
