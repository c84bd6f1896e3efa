/** The camera: asked for only by its button, live bars while it runs, a still to keep; no frame leaves the page. */

import type { Session } from "../core/session.js";
import type { Store } from "../core/state.js";
import { requestOf } from "../core/request.js";
import { byId } from "../core/elements.js";
import { templateComplaint } from "../core/templates.js";
import { problemOf } from "../core/problems.js";

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

/** Equips the camera's buttons; `still` is given each picture that is taken. */
export function useCamera(store: Store, session: Session, still: (picture: File) => void): void {
  const video = byId<HTMLVideoElement>("camera-video");
  const note = byId("camera-note");
  let stream: MediaStream | null = null;
  let facing: "environment" | "user" = "environment";
  let device: string | undefined;
  let watching = new AbortController();
  /** Counts the starts, so that one that was overtaken lets go of its camera again. */
  let starts = 0;

  byId("camera-button").addEventListener("click", () => (stream ? stop() : void start()));
  byId("camera-stop").addEventListener("click", () => stop());
  byId("camera-still").addEventListener("click", () => void takeStill());
  byId("camera-switch").addEventListener("click", () => void change());
  // A hidden tab needs no bars, and nobody wants a lens open behind it.
  document.addEventListener("visibilitychange", () => {
    if (!stream) return;
    for (const track of stream.getVideoTracks()) track.enabled = !document.hidden;
    if (document.hidden) watching.abort();
    else watch();
  });
  store.subscribe((state, before) => {
    if (!stream) return;
    // Any other picture ends it: an example, a drop, a paste, a card of the gallery.
    if (state.picture !== before.picture) stop();
    else if (state.info !== before.info) watch();
  });

  async function start(): Promise<void> {
    const number = ++starts;
    note.textContent = "";
    release();
    try {
      if (!navigator.mediaDevices) throw new DOMException("", "InsecureContext");
      const wish = device ? { deviceId: { exact: device } } : { facingMode: facing };
      const opened = await navigator.mediaDevices.getUserMedia({
        video: { ...FRAME, ...wish },
        audio: false,
      });
      if (number !== starts) return opened.getTracks().forEach((track) => track.stop());
      stream = opened;
    } catch (error) {
      note.textContent = refusal(error);
      // One that was pulled out must not be asked for again.
      device = undefined;
      return stop();
    }
    // Pulled out, or taken back in the browser's settings.
    stream.getVideoTracks()[0]?.addEventListener("ended", () => stop());
    video.srcObject = stream;
    show(true);
    await video.play().catch(() => undefined);
    void offerSwitch();
    watch();
  }

  /** Live bars: the newest frame is asked about, frames that nobody had time for are not. */
  function watch(): void {
    watching.abort();
    const { signal } = (watching = new AbortController());
    if (session.classifier && !document.hidden) void live(signal);
  }

  async function live(signal: AbortSignal): Promise<void> {
    const { classifier } = session;
    if (!classifier) return;
    while (!signal.aborted) {
      const asked = requestOf(store.state, null);
      if (asked.labels.length === 0 || templateComplaint(store.state.template)) {
        store.set({ phase: "ready", scores: null, milliseconds: null });
        await nextWords(signal);
        continue;
      }
      try {
        // Labels are asked for at each frame; other options begin a new watch.
        const labels = () => requestOf(store.state, null).labels;
        const options = JSON.stringify(asked.options);
        for await (const answer of classifier.watch(video, labels, { ...asked.options, signal })) {
          if (signal.aborted) return;
          await session.answered(answer);
          const { state } = store;
          if (
            state.labels.length === 0 ||
            JSON.stringify(requestOf(state, null).options) !== options
          )
            break;
        }
      } catch (error) {
        if (signal.aborted) return;
        store.set({
          phase: "error",
          scores: null,
          milliseconds: null,
          problem: problemOf(error),
        });
        await nextWords(signal);
      }
    }
  }

  /** Resolves when labels or template change, or when `signal` fires. */
  function nextWords(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = store.subscribe((state, before) => {
        if (state.labels !== before.labels || state.template !== before.template) done();
      });
      const done = () => {
        end();
        resolve();
      };
      signal.addEventListener("abort", done, { once: true });
    });
  }

  async function takeStill(): Promise<void> {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d")?.drawImage(video, 0, 0);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (blob) still(new File([blob], "camera.png", { type: blob.type }));
  }

  /** The other side of a phone; the next camera of a computer. */
  async function change(): Promise<void> {
    const cameras = await listCameras();
    const now = stream?.getVideoTracks()[0]?.getSettings();
    if (now?.facingMode) {
      facing = now.facingMode === "environment" ? "user" : "environment";
      device = undefined;
    } else {
      const index = cameras.findIndex(({ deviceId }) => deviceId === now?.deviceId);
      device = cameras[(index + 1) % cameras.length]?.deviceId;
    }
    await start();
  }

  async function offerSwitch(): Promise<void> {
    byId("camera-switch").hidden = (await listCameras()).length < 2;
  }

  function stop(): void {
    starts++;
    release();
    show(false);
  }

  function release(): void {
    watching.abort();
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.srcObject = null;
  }

  function show(on: boolean): void {
    if (store.state.camera === on) return;
    const focused = byId("camera").contains(document.activeElement);
    byId("camera").hidden = !on;
    byId("picture").hidden = on;
    byId("camera-button").setAttribute("aria-pressed", String(on));
    store.set({ camera: on, scores: null, milliseconds: null, problem: null });
    if (on) byId("camera-still").focus({ preventScroll: true });
    else {
      // A hand on the keyboard must not lose its place.
      if (focused) byId("camera-button").focus({ preventScroll: true });
      if (store.state.info) void session.ask(false);
    }
  }
}

async function listCameras(): Promise<MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === "videoinput");
}

function refusal(error: unknown): string {
  const { name, message } = error as Error;
  if (name === "InsecureContext") return "Cameras work only on pages with an https address.";
  return REFUSALS[name] ?? `The camera could not be used (${message || name}).`;
}
