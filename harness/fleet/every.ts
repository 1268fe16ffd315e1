/** Repeats a step, never two at a time. What Redis does to one of them, the next one finds out. */
export function every(milliseconds: number, step: () => Promise<void>): Disposable {
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    void step()
      .catch(() => undefined)
      .finally(() => (isBusy = false));
  }, milliseconds);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
