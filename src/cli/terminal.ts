// Draws the live block. Everything goes to stderr: stdout is the verdict's, so that it can be piped.

/** What a `Terminal` writes to. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** A stream with, on a terminal, a block of lines at its end that is redrawn in place while other lines go by above it. */
export class Terminal {
  readonly #screen: Screen;
  #drawn: readonly string[] = [];

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  get interactive(): boolean {
    return this.#screen.isTTY === true;
  }

  /** Writes lines that stay. */
  print(text: string): void {
    const block = this.#drawn;
    this.clear();
    this.#screen.write(text.endsWith("\n") ? text : `${text}\n`);
    this.draw(block);
  }

  /** Draws the block, over the one before. Only on a terminal. */
  draw(lines: readonly string[]): void {
    if (!this.interactive || lines.length === 0) return;
    this.clear();
    // A line that wraps would take two rows, and the next redraw would leave one behind.
    const width = Math.max(20, this.#screen.columns ?? 80) - 1;
    this.#screen.write(lines.map((line) => `${line.slice(0, width)}\n`).join(""));
    this.#drawn = lines;
  }

  /** Removes the block. */
  clear(): void {
    if (this.#drawn.length > 0) this.#screen.write(`\x1b[${this.#drawn.length}A\x1b[J`);
    this.#drawn = [];
  }
}
