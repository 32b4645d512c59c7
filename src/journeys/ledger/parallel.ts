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
  const ended = await Promise.allSettled(Array.from({ length: Math.min(workers, items.length) }, worker));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
}
