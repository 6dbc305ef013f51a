/** The dictionary types that arcbeat itself looks up. */

const USES = { 焊机统计指标对照: "board", 状态统计列对照: "statistics" } as const;

/** Returns what uses a dictionary type, or undefined if only other programs may do so. */
export function useOf(dictName: string): "board" | "statistics" | undefined {
  return (USES as Record<string, "board" | "statistics" | undefined>)[dictName];
}
