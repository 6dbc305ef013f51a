/** The roles, from the one with the fewest rights. */

import type { Role } from "@/api";

export const ROLES = ["viewer", "operator", "admin"] as const satisfies readonly Role[];
