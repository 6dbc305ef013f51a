/** Where a login leads. */

const HOME = "/";

/**
 * Returns a path of this origin from what stands in the address of the login page, or else the first page. Browsers read
 * `//host` and `/\host` as addresses of other hosts, and skip tabs and line ends.
 */
export function returnPath(to: unknown): string {
  if (typeof to !== "string" || !/^\/(?![/\\])/.test(to) || /[\p{Cc}\\]/u.test(to)) return HOME;
  const url = new URL(to, location.origin);
  if (url.origin !== location.origin || url.pathname === "/login") return HOME;
  return url.pathname + url.search + url.hash;
}
