/** The camera as a device: which one is open, how it is asked for and let go, and in words why one could not be had. */

import { Latest } from "../core/latest.js";

/** Larger frames cost time and show the model nothing more. */
const FRAME = { width: { ideal: 1280 }, height: { ideal: 960 } };

/** What can be in the way of a camera, by the name of the browser's error. */
const REFUSALS: Record<string, string> = {
  NotAllowedError:
    "The camera is blocked for this page. Allow it beside the address, then try again.",
  NotFoundError: "There is no camera here.",
  NotReadableError: "Another program is using the camera. Close it there, then try again.",
  AbortError: "The camera did not start. Try again.",
};

/** One camera at a time, shown in a `<video>`. */
export class Lens {
  readonly #video: HTMLVideoElement;
  readonly #ended: () => void;
  readonly #opening = new Latest();
  #stream: MediaStream | null = null;
  #facing: "environment" | "user" = "environment";
  #device: string | undefined;

  /** `ended` is called when the camera is pulled out, or taken back in the browser's settings. */
  constructor(video: HTMLVideoElement, ended: () => void) {
    this.#video = video;
    this.#ended = ended;
  }

  /** Whether a camera is open. */
  get isOpen(): boolean {
    return this.#stream !== null;
  }

  /** Whether its frames are dark; the device stays open. */
  set dark(dark: boolean) {
    for (const track of this.#stream?.getVideoTracks() ?? []) track.enabled = !dark;
  }

  /**
   * Opens the camera that was chosen last, in place of the one that is open. Resolves to whether it is this call's camera that is open:
   * a later call, or `close`, overtakes it. Rejects where no camera could be had.
   */
  async open(): Promise<boolean> {
    this.close();
    const signal = this.#opening.begin();
    let opened: MediaStream;
    try {
      opened = await this.#request();
    } catch (error) {
      if (signal.aborted) return false;
      // One that was pulled out must not be asked for again.
      this.#device = undefined;
      throw error;
    }
    if (signal.aborted) {
      end(opened);
      return false;
    }
    this.#stream = opened;
    opened.getVideoTracks()[0]?.addEventListener("ended", this.#ended);
    this.#video.srcObject = opened;
    return true;
  }

  /** Releases the camera, also one that is still being opened. */
  close(): void {
    this.#opening.stop();
    if (this.#stream) end(this.#stream);
    this.#stream = null;
    this.#video.srcObject = null;
  }

  /** Chooses the other side of a phone, or the next camera of a computer; `open` then opens it. */
  async chooseNext(): Promise<void> {
    const now = this.#stream?.getVideoTracks()[0]?.getSettings();
    const cameras = await listCameras();
    if (now?.facingMode) {
      this.#facing = now.facingMode === "environment" ? "user" : "environment";
      this.#device = undefined;
    } else {
      const index = cameras.findIndex(({ deviceId }) => deviceId === now?.deviceId);
      this.#device = cameras[(index + 1) % cameras.length]?.deviceId;
    }
  }

  /** The frame that is shown now, as a PNG file; null where there is none. */
  async still(): Promise<File | null> {
    const canvas = document.createElement("canvas");
    canvas.width = this.#video.videoWidth;
    canvas.height = this.#video.videoHeight;
    canvas.getContext("2d")?.drawImage(this.#video, 0, 0);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    return blob && new File([blob], "camera.png", { type: blob.type });
  }

  async #request(): Promise<MediaStream> {
    if (!navigator.mediaDevices) throw new DOMException("", "InsecureContext");
    const wish = this.#device
      ? { deviceId: { exact: this.#device } }
      : { facingMode: this.#facing };
    return navigator.mediaDevices.getUserMedia({ video: { ...FRAME, ...wish }, audio: false });
  }
}

/** The cameras of this device. */
export async function listCameras(): Promise<MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === "videoinput");
}

/** Why a camera could not be had, in words. */
export function refusal(error: unknown): string {
  const { name, message } = error as Error;
  if (name === "InsecureContext") return "Cameras work only on pages with an https address.";
  return REFUSALS[name] ?? `The camera could not be used (${message || name}).`;
}

function end(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
