/** `k6/x/process`: what all VUs of one k6 process share and know of it. What fails throws a plain Error, which names the argument. */
declare module "k6/x/process" {
  export interface Usage {
    /** Resident memory now, bytes. */
    memory: number;
    /** Highest resident memory so far, bytes. */
    memoryPeak: number;
    /** User + system CPU seconds since `startWindow()` (or since the process started). */
    cpuSeconds: number;
    /** Of those, seconds spent in OpenPGP's password hashing when encrypting. */
    kdfSeconds: number;
    /** Wall seconds since `startWindow()` (or since the process started). */
    seconds: number;
  }

  /**
   * Starts the window over which CPU is judged; the first call of the process counts, later ones are ignored. Call it when the first user starts.
   */
  export function startWindow(): void;
  /** Ends the window (the last call counts): what comes later, such as a sweep, is not judged. */
  export function endWindow(): void;
  export function usage(): Usage;
  /**
   * Emits the gauges process_memory_bytes, process_memory_peak_bytes, process_cpu_percent and process_cpu_without_kdf_percent (of one core, over the window),
   * at most once a second over all VUs; other calls cost nothing.
   */
  export function sample(): void;
  /**
   * Sets the pace of Go's garbage collector to the memory that lives now, so that collections cost a load generator little CPU: 100 MB of garbage
   * may pile up, or a quarter of what lives where that is more (four times what lives at most). Leaves a GOGC of the environment alone. Call it
   * when users start and end, since what lives grows with a run: it works once a second at most over all VUs; other calls cost nothing.
   */
  export function tuneGC(): void;

  /**
   * A counter of consecutive failures shared by all VUs of the process; breakers of one name are one, with the limit of the first. Once open, it
   * stays open.
   */
  export class CircuitBreaker {
    constructor(options: { name: string; limit: number });
    success(): void;
    /** True exactly once: for the failure that reaches the limit. */
    failure(): boolean;
    readonly open: boolean;
    readonly consecutive: number;
  }

  /**
   * Reads a small text file (a regular file of UTF-8, 64 KiB at most) outside init code, so that no archive contains it. Throws a clear error
   * when it cannot.
   */
  export function readTextFile(path: string): string;

  /**
   * Keeps a small text for all VUs of the process, such as an access token that each of them would otherwise fetch for itself.
   * Not for data of single users: at most 1,000 keys whose time is not over.
   * @param until epoch milliseconds after which it is forgotten; by default it is kept as long as the process lives
   */
  export function remember(key: string, text: string, until?: number): void;
  /** What was remembered under `key`; undefined when nothing was, or its time is over. */
  export function recall(key: string): string | undefined;
  /**
   * True for the first VU that asks for `key` until then (epoch milliseconds), which may do what one does for all. Takes a key as `remember` does.
   */
  export function claim(key: string, until: number): boolean;
}
