/** Which rows of the tree are open: their children, and their details. */

import { ref } from "vue";

export interface Folding {
  isOpen: (id: string) => boolean;
  hasDetails: (id: string) => boolean;
  setOpen: (id: string, open: boolean) => void;
  setDetails: (id: string, shown: boolean) => void;
  all: (ids: string[], open: boolean) => void;
}

/** The children of all rows are open at first, and all details closed. */
export function useFolding(): Folding {
  const closed = ref(new Set<string>());
  const detailed = ref(new Set<string>());

  const put = (set: Set<string>, id: string, isIn: boolean): void => {
    if (isIn) set.add(id);
    else set.delete(id);
  };

  return {
    isOpen: (id) => !closed.value.has(id),
    hasDetails: (id) => detailed.value.has(id),
    setOpen: (id, open) => {
      put(closed.value, id, !open);
    },
    setDetails: (id, shown) => {
      put(detailed.value, id, shown);
    },
    all: (ids, open) => {
      closed.value = new Set();
      detailed.value = new Set(open ? ids : []);
    },
  };
}
