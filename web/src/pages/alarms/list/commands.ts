/** What a person may do with an alarm. */

import type { Alarm } from "@/api";
import { useSession } from "@/session";

/** `note`: change the note of one's own acknowledgement. */
export type CommandKind = "acknowledge" | "note" | "withdraw";

export interface AlarmCommand {
  readonly kind: CommandKind;
  readonly alarm: Alarm;
}

/** Returns the commands that the user of the page may give, as the server decides. */
export function useAllowedCommands(): (alarm: Alarm) => CommandKind[] {
  const session = useSession();
  return ({ acknowledgement }) => {
    if (!session.can("device:write")) return [];
    if (acknowledgement === null) return ["acknowledge"];
    if (acknowledgement.acknowledged_by === session.user?.name) return ["note", "withdraw"];
    return session.can("admin") ? ["withdraw"] : [];
  };
}
