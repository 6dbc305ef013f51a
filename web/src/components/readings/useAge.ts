/** How long something has lasted, in whole seconds. */

import { useFormat } from "@/app/format";
import { useServerClock } from "./serverClock";

export function useAge(): (since: string) => string {
  const format = useFormat();
  const clock = useServerClock();
  return (since) => format.wholeSeconds(Math.max(0, (clock.value - Date.parse(since)) / 1000));
}
