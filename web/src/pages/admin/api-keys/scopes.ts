/** The scopes of an API key, reading before writing. */

import type { Scope } from "@/api";

export const SCOPES = [
  "device:read",
  "telemetry:read",
  "job:read",
  "device:write",
  "telemetry:write",
  "job:run",
  "admin",
] as const satisfies readonly Scope[];
