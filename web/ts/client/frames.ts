/** Waits for the next frame of a video or a canvas that has not been looked at yet. */

import { untilAborted } from "../shared/abort.js";
import { GlimpseError } from "../shared/errors.js";
import type { WatchSource } from "./options.js";

/** A frame that can be captured now. */
export interface Frame {
  /** How many frames the source has shown so far, where the browser tells, else how many were waited for. */
  readonly number: number;
  /** Its time in the video, in seconds; 0 for a canvas. */
  readonly mediaTime: number;
}

/** The frames of one source; `next` resolves to the latest, and those in between are dropped. */
export class Frames {
  readonly #source: WatchSource;
  readonly #signal: AbortSignal | undefined;
  readonly #over = new AbortController();
  #latest: Frame | null = null;
  #count = 0;
  /** Wakes who waits: a frame has come, or none will come any more. */
  #wake: () => void = () => undefined;
  #stopListening: () => void = () => undefined;
  #failure: GlimpseError | null = null;

  constructor(source: WatchSource, signal: AbortSignal | undefined) {
    this.#source = source;
    this.#signal = signal;
    if (!isVideo(source)) this.#everyRepaint(() => 0);
    else {
      this.#followVideo(source);
      // A video that stands still shows a frame all the same.
      if (source.readyState >= source.HAVE_CURRENT_DATA) this.#arrived(source.currentTime);
      if (source.ended || streamOf(source)?.active === false) this.close();
    }
  }

  /** The latest frame, once there is one that `next` has not given yet; null when the video has ended. */
  async next(): Promise<Frame | null> {
    while (!this.#latest && !this.#over.signal.aborted) {
      await untilAborted(new Promise<void>((resolve) => (this.#wake = resolve)), this.#signal);
    }
    if (this.#failure) throw this.#failure;
    const frame = this.#latest;
    this.#latest = null;
    return frame;
  }

  /** Stops listening to the source. */
  close(): void {
    this.#over.abort();
    this.#stopListening();
  }

  #followVideo(video: HTMLVideoElement): void {
    const { signal } = this.#over;
    const ended = () => (this.close(), this.#wake());
    video.addEventListener("ended", ended, { signal });
    // Where the page itself stops a camera, Chromium ends the stream and not the video.
    streamOf(video)?.addEventListener("inactive", ended, { signal });
    video.addEventListener(
      "error",
      () => {
        this.#failure = new GlimpseError(
          "decode",
          `the video cannot be played (${video.error?.message || "its source failed"}); give it a source that this browser plays`,
        );
        ended();
      },
      { signal },
    );
    if ("requestVideoFrameCallback" in video) this.#everyVideoFrame(video);
    else this.#everyRepaint(() => (video as HTMLVideoElement).currentTime);
  }

  #everyVideoFrame(video: HTMLVideoElement): void {
    let handle: number;
    const ask = () => {
      handle = video.requestVideoFrameCallback((_, { mediaTime, presentedFrames }) => {
        this.#arrived(mediaTime, presentedFrames);
        ask();
      });
    };
    ask();
    this.#stopListening = () => video.cancelVideoFrameCallback(handle);
  }

  /** For what does not tell of its frames: every repaint of the page, if time has passed in the source. */
  #everyRepaint(time: () => number): void {
    let before = -1;
    let handle: number;
    const look = () => {
      const now = time();
      if (!isVideo(this.#source) || (now !== before && this.#source.readyState >= 2)) {
        before = now;
        this.#arrived(now);
      }
      handle = requestAnimationFrame(look);
    };
    handle = requestAnimationFrame(look);
    this.#stopListening = () => cancelAnimationFrame(handle);
  }

  #arrived(mediaTime: number, number = this.#count + 1): void {
    this.#count = number;
    this.#latest = { number, mediaTime };
    this.#wake();
  }
}

/** The camera, screen or canvas that a video plays live; null where it plays a file. */
function streamOf({ srcObject }: HTMLVideoElement): MediaStream | null {
  return srcObject && "active" in srcObject ? srcObject : null;
}

/** Whether it is a video, and no canvas. */
export function isVideo(source: WatchSource): source is HTMLVideoElement {
  return "HTMLVideoElement" in globalThis && source instanceof HTMLVideoElement;
}
