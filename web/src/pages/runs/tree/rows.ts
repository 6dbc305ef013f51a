/** The rows of a tree of log rows that are on show, in order. */

import type { JobLog, JobLogTree } from "@/api";

export interface TreeRow {
  id: string;
  log: JobLog;
  level: number;
  /** Its place among its siblings, from 1. */
  place: number;
  siblings: number;
  parentId: string | null;
  hasChildren: boolean;
  /** The time from the start of the run, in milliseconds. */
  offset: number | null;
}

export const rowId = (log: JobLog): string => `log-${log.id}`;

/** Returns the rows whose ancestors are all open. */
export function visibleRows(tree: JobLogTree, isOpen: (id: string) => boolean): TreeRow[] {
  const start = Date.parse(tree.log.started_at ?? tree.log.run_started_at);

  function walk(node: JobLogTree, level: number, place: number, siblings: number, parentId: string | null): TreeRow[] {
    const { log, children } = node;
    const id = rowId(log);
    const offset = log.started_at === null ? null : Date.parse(log.started_at) - start;
    const row = { id, log, level, place, siblings, parentId, hasChildren: children.length > 0, offset };
    if (!isOpen(id)) return [row];
    return [row, ...children.flatMap((child, index) => walk(child, level + 1, index + 1, children.length, id))];
  }

  return walk(tree, 1, 1, 1, null);
}

/** Returns all log rows of a tree. */
export function logsOf(tree: JobLogTree): JobLog[] {
  return [tree.log, ...tree.children.flatMap(logsOf)];
}
