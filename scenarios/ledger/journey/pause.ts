import { setTimeout } from "k6/timers";

/** Waits on the event loop until an instant, ms since the epoch; other operations go on meanwhile. */
export async function pauseUntil(instant: number): Promise<void> {
  const wait = instant - Date.now();
  if (wait > 0) await new Promise<void>((resolve) => setTimeout(resolve, wait));
}
