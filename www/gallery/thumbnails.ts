/** Small copies of large pictures: made only for those in sight, two at a time, the latest request first, a few hundred kept. */

/** Pixels a side: twice the largest card. */
const SIDE = 320;
/** At some 10 KB each, 4 MB. */
const KEPT = 400;
const AT_ONCE = 2;

/** What a picture that this browser cannot decode is drawn from instead. */
export type Fallback = (file: File) => Promise<ImageBitmapSource>;

interface Pending {
  file: File;
  resolve: (thumbnail: Blob | null) => void;
}

/** Makes and remembers thumbnails. */
export class Thumbnails {
  readonly #fallback: Fallback;
  /** The least recently used first. */
  readonly #kept = new Map<File, Blob>();
  readonly #pending: Pending[] = [];
  #making = 0;

  constructor(fallback: Fallback) {
    this.#fallback = fallback;
  }

  /** A small square of `file`, or null where it cannot be drawn, or where `signal` fires first. */
  async of(file: File, signal: AbortSignal): Promise<Blob | null> {
    const kept = this.#kept.get(file);
    if (kept) {
      this.#keep(file, kept);
      return kept;
    }
    return new Promise((resolve) => {
      const pending = { file, resolve };
      this.#pending.push(pending);
      signal.addEventListener("abort", () => this.#forget(pending), { once: true });
      void this.#work();
    });
  }

  /** Forgets them all. */
  clear(): void {
    this.#kept.clear();
  }

  #forget(pending: Pending): void {
    const index = this.#pending.indexOf(pending);
    if (index < 0) return;
    this.#pending.splice(index, 1);
    pending.resolve(null);
  }

  async #work(): Promise<void> {
    if (this.#making >= AT_ONCE) return;
    const pending = this.#pending.pop();
    if (!pending) return;
    this.#making++;
    const thumbnail = await this.#make(pending.file).catch(() => null);
    this.#making--;
    if (thumbnail) this.#keep(pending.file, thumbnail);
    pending.resolve(thumbnail);
    void this.#work();
  }

  #keep(file: File, thumbnail: Blob): void {
    this.#kept.delete(file);
    this.#kept.set(file, thumbnail);
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > KEPT && oldest) this.#kept.delete(oldest);
  }

  async #make(file: File): Promise<Blob> {
    const bitmap = await createImageBitmap(file).catch(async () =>
      createImageBitmap(await this.#fallback(file)),
    );
    try {
      const canvas = new OffscreenCanvas(SIDE, SIDE);
      const context = canvas.getContext("2d");
      if (!context) throw new Error("no canvas");
      // The middle square, as a model would crop it.
      const side = Math.min(bitmap.width, bitmap.height);
      const [x, y] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
      context.fillStyle = "white";
      context.fillRect(0, 0, SIDE, SIDE);
      context.imageSmoothingQuality = "high";
      context.drawImage(bitmap, x, y, side, side, 0, 0, SIDE, SIDE);
      return await canvas.convertToBlob({ type: "image/webp", quality: 0.8 });
    } finally {
      bitmap.close();
    }
  }
}
