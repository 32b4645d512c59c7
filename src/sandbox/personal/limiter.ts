/** Runs at most `most` tasks at once, the rest in the order they came. */
export function createLimiter(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await task();
    } finally {
      // A place is handed on, not given back, so that a newcomer cannot overtake those who wait.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
