/** The task was not begun because nobody waits for it any more. */
export class AbandonedError extends Error {
  override readonly name = "AbandonedError";
  constructor() {
    super("the client is gone");
  }
}

/**
 * Runs at most `most` tasks at once, the rest in the order they came. A task whose client is `gone` when its turn comes is not begun: under overload the work would
 * otherwise be for clients that have long given up and asked again.
 */
export function createLimiter(most: number): <T>(task: () => Promise<T>, gone?: () => boolean) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task, gone = () => false) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      if (gone()) throw new AbandonedError();
      return await task();
    } finally {
      // A place is handed on, not given back, so that a newcomer cannot overtake those who wait.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
