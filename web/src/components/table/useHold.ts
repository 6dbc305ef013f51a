/** Whether a person is looking at the rows closely: by the pointer, by scrolling, or by the keyboard. */

import { computed, onScopeDispose, type Ref, shallowRef } from "vue";

/** A pointer that was left lying on the table, for example of a wall screen, holds the order no longer. */
const POINTER_IDLE_MILLISECONDS = 30_000;

export interface Hold {
  readonly held: Readonly<Ref<boolean>>;
  readonly listeners: Readonly<Record<string, (event: never) => void>>;
}

export function useHold(isScrolling: () => boolean): Hold {
  const isHovered = shallowRef(false);
  const hasKeyboard = shallowRef(false);
  let idle: ReturnType<typeof setTimeout> | undefined;

  function leave(): void {
    clearTimeout(idle);
    isHovered.value = false;
  }
  function hover({ pointerType }: PointerEvent): void {
    if (pointerType === "touch") return;
    isHovered.value = true;
    clearTimeout(idle);
    idle = setTimeout(leave, POINTER_IDLE_MILLISECONDS);
  }
  function focus({ target }: FocusEvent): void {
    // A click focuses the table as well, but the person may have gone on.
    hasKeyboard.value = target instanceof Element && target.matches(":focus-visible");
  }

  onScopeDispose(leave);
  return {
    held: computed(() => isHovered.value || hasKeyboard.value || isScrolling()),
    listeners: {
      pointermove: hover,
      pointerleave: leave,
      focusin: focus,
      focusout: () => (hasKeyboard.value = false),
      keydown: () => (hasKeyboard.value = true),
    },
  };
}
