/** Whether a person can see the page. */

/** Calls back each time the page becomes visible again, until the returned function is called. */
export function whenVisible(callback: () => void): () => void {
  const listener = (): void => {
    if (!document.hidden) callback();
  };
  document.addEventListener("visibilitychange", listener);
  return () => {
    document.removeEventListener("visibilitychange", listener);
  };
}
