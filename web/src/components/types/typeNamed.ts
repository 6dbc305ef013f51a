/** Which type is meant: its aliases are accepted as everywhere in the API. */

import type { DeviceType } from "@/api";

export function typeNamed(codeOrAlias: string, types: readonly DeviceType[]): DeviceType | undefined {
  return types.find((each) => each.type_code === codeOrAlias || each.aliases.includes(codeOrAlias));
}
