/** A pause that can end early. */

export class Pause {
  /** Ends the pause, if there is one. */
  end = (): void => {};

  /** Resolves after this time, or as soon as `end` is called. */
  begin(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.end = () => (clearTimeout(timer), resolve());
    });
  }
}
