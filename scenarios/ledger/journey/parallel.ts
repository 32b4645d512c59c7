/** Like Promise.all, but rejects only when all have ended: what goes on after the others failed would write into a round that is over. */
export async function allOf(works: readonly Promise<void>[]): Promise<void> {
  for (const end of await Promise.allSettled(works)) if (end.status === "rejected") throw end.reason;
}

/** Works on all items, `workers` at once; rejects with the first error once every worker has stopped. */
export async function eachOf<T>(
  items: readonly T[],
  workers: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      await work(items[index] as T, index);
    }
  };
  await allOf(Array.from({ length: Math.min(workers, items.length) }, worker));
}
