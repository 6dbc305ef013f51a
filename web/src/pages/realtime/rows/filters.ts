/** What of the choices the server filters by. */

import type { Freshness } from "@/api";
import type { Choices } from "../url/parameters";

export interface LiveFilters {
  team_name?: string;
  device_status?: string[];
  freshness?: Freshness[];
}

/** A device counts in a state only while its reading is live or late, so a filter by state means those. */
const IN_A_STATE: Freshness[] = ["live", "late"];
export const SILENT: readonly Freshness[] = ["stale", "never"];

export function liveFilters({ team, states, freshness }: Choices): LiveFilters {
  const ages = freshness.length === 0 && states.length > 0 ? IN_A_STATE : [...freshness];
  return {
    ...(team !== undefined && { team_name: team }),
    ...(states.length > 0 && { device_status: [...states] }),
    ...(ages.length > 0 && { freshness: ages }),
  };
}

export function isSilentOnly({ states, freshness }: Choices): boolean {
  return states.length === 0 && freshness.length === SILENT.length && SILENT.every((each) => freshness.includes(each));
}
