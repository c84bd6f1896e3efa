/** `Classifier`: the whole of the package, seen from a page. The work happens in a worker that it starts itself. */

import { NeedsDrawing, WorkerConnection, WorkerCrash, abortError } from "./connection.js";
import { GlimpseError, type PlainError } from "./errors.js";
import { baseUrl, drawBlob, imageMessage, type OutgoingImage } from "./image-input.js";
import { resolveModel } from "./models.js";
import type { SourceMessage } from "./protocol.js";
import type {
  ClassifierInfo,
  ClassifierStats,
  ClassifyOptions,
  CreateOptions,
  DevicePreference,
  ImageDetails,
  ImageOptions,
  ImageSource,
  Score,
} from "./types.js";

/** A worker with a model in it. */
interface Session {
  readonly connection: WorkerConnection;
  readonly info: ClassifierInfo;
}

/** What a session is started from; kept, for it may have to be started again. */
interface Setup {
  readonly source: SourceMessage;
  readonly device: DevicePreference;
  readonly wasmUrl: string | null;
  readonly workerUrl: string | URL | undefined;
  /** Why the GPU is not to be tried again; null as long as it has not failed. */
  gpuFailure: string | null;
}

/** What a single call may carry. */
type Call<T> = (connection: WorkerConnection) => Promise<T>;

/**
 * A CLIP model, ready to compare pictures with words.
 *
 * @example
 * ```ts
 * import { Classifier } from "glimpse-clip";
 *
 * const classifier = await Classifier.create({ onProgress: ({ loaded, total }) => console.log(loaded, total) });
 * const scores = await classifier.classify(file, ["a cat", "a dog"], { hypothesisTemplate: "a drawing of {}" });
 * console.log(scores[0].label, scores[0].score); // the best label and its probability, 0 to 1
 * await classifier.dispose();
 * ```
 */
export class Classifier {
  readonly #setup: Setup;
  #session: Promise<Session>;
  #info: ClassifierInfo;
  #disposed: GlimpseError | null = null;

  private constructor(setup: Setup, session: Session) {
    this.#setup = setup;
    this.#session = Promise.resolve(session);
    this.#info = session.info;
  }

  /**
   * Starts a worker and loads a model into it. If the GPU fails while it loads, it is loaded on the CPU, and
   * {@link info} says why.
   *
   * @throws GlimpseError `unsupported-model`, `network`, `integrity`, `out-of-memory`, `device-lost`, `aborted`
   */
  static async create(options: CreateOptions = {}): Promise<Classifier> {
    const { model = "mini", device = "auto", hub, wasmUrl, workerUrl } = options;
    if (!["auto", "gpu", "cpu"].includes(device)) {
      throw new TypeError(`device must be "auto", "gpu" or "cpu", not "${device}"`);
    }
    const setup: Setup = {
      source: resolveModel(model, hub),
      device,
      wasmUrl: wasmUrl === undefined ? null : new URL(wasmUrl, baseUrl()).href,
      workerUrl,
      gpuFailure: null,
    };
    try {
      return new Classifier(setup, await open(setup, options));
    } catch (error) {
      if (!(error instanceof WorkerCrash)) throw error;
      if (device === "cpu") throw final(error.error);
      setup.gpuFailure = error.message;
      return new Classifier(setup, await open(setup, options).catch(rethrowFinal));
    }
  }

  /** What was loaded, and where it runs. It may change once: from the GPU to the CPU, when the GPU is lost. */
  get info(): ClassifierInfo {
    return this.#info;
  }

  /**
   * How well each label fits the picture, best first. The same Blob or File again is neither read nor looked at again, and a
   * label that was used before is not encoded again: changing one label costs one short text.
   *
   * @param labels what the picture may show; the same label twice gives two scores
   * @throws GlimpseError `no-labels`, `decode`, `too-large`, `network`, `aborted`, `device-lost`, `out-of-memory`
   */
  async classify(
    image: ImageSource,
    labels: readonly string[],
    options: ClassifyOptions = {},
  ): Promise<Score[]> {
    const { hypothesisTemplate = [], topK = null, signal } = options;
    if (topK !== null && !(Number.isInteger(topK) && topK > 0)) {
      throw new TypeError(`topK must be a whole number above 0, not ${topK}`);
    }
    // A string is iterable: it would be taken for a label a letter.
    if (typeof labels === "string") {
      throw new TypeError('labels must be an array of strings, as in ["a dog", "a cat"]');
    }
    const ask = {
      labels: [...labels],
      templates:
        typeof hypothesisTemplate === "string" ? [hypothesisTemplate] : [...hypothesisTemplate],
      topK,
    };
    const answer = await this.#withImage(image, options, (connection, { message, transfer }) =>
      connection.call("classify", { ...ask, image: message }, { transfer, signal }),
    );
    return answer.scores;
  }

  /**
   * The picture's embedding: unit length, as many numbers as the model's projection has. The dot product of two is their cosine.
   *
   * @throws GlimpseError `decode`, `too-large`, `network`, `aborted`, `device-lost`, `out-of-memory`
   */
  async embedImage(image: ImageSource, options: ImageOptions = {}): Promise<Float32Array> {
    const { signal } = options;
    const answer = await this.#withImage(image, options, (connection, { message, transfer }) =>
      connection.call("embedImage", { image: message }, { transfer, signal }),
    );
    return answer.embedding;
  }

  /**
   * What the model sees of a picture: the square of `info.imageSize` pixels that its preprocessing leaves after resize and
   * centre crop, before the values are normalised. The same pixels that {@link embedImage} works on.
   *
   * @throws GlimpseError `decode`, `too-large`, `network`, `aborted`, `device-lost`, `out-of-memory`
   * @example
   * ```ts
   * const square = await classifier.preprocess(file);
   * canvas.width = canvas.height = square.width;
   * canvas.getContext("2d").putImageData(square, 0, 0);
   * ```
   */
  async preprocess(image: ImageSource, options: ImageOptions = {}): Promise<ImageData> {
    const { signal } = options;
    const answer = await this.#withImage(image, options, (connection, { message, transfer }) =>
      connection.call("preprocess", { image: message }, { transfer, signal }),
    );
    return answer.square;
  }

  /**
   * A text's embedding, unit length; the text is used as it is.
   *
   * @throws GlimpseError `aborted`, `device-lost`, `out-of-memory`
   */
  async embedText(text: string, { signal }: { signal?: AbortSignal } = {}): Promise<Float32Array> {
    return this.#run((connection) => connection.call("embedText", { text }, { signal }), signal);
  }

  /** Counters since the model was loaded, read fresh. */
  async stats(): Promise<ClassifierStats> {
    return this.#run((connection) => connection.call("stats", {}), undefined);
  }

  /**
   * Ends the worker and gives back all its memory. Calls that wait, and later ones, reject with code `aborted`. Another classifier
   * can be created afterwards. Disposing twice is fine.
   */
  async dispose(): Promise<void> {
    this.#disposed ??= new GlimpseError(
      "aborted",
      "this classifier was disposed; make another with Classifier.create()",
    );
    const session = await this.#session.catch(() => null);
    session?.connection.close(this.#disposed);
  }

  async #withImage<T extends { details: ImageDetails }>(
    image: ImageSource,
    { signal, onDecoded }: ImageOptions,
    send: (connection: WorkerConnection, image: OutgoingImage) => Promise<T>,
  ): Promise<T> {
    const answer = await this.#run(async (connection) => {
      try {
        return await send(connection, await imageMessage(image));
      } catch (error) {
        if (!(error instanceof NeedsDrawing)) throw error;
        return send(connection, await drawBlob(await blobOf(image), error.format));
      }
    }, signal);
    onDecoded?.(answer.details);
    return answer;
  }

  /** Runs a call; if the worker crashes under it, once more in a new worker on the CPU. */
  async #run<T>(call: Call<T>, signal: AbortSignal | undefined): Promise<T> {
    if (this.#disposed) throw this.#disposed;
    if (signal?.aborted) throw abortError(signal);
    const { connection, info } = await untilAborted(this.#live(), signal);
    try {
      return await untilAborted(call(connection), signal);
    } catch (error) {
      if (!(error instanceof WorkerCrash)) throw error;
      // On the CPU it is this call that is at fault, most likely for want of memory: the next one may fare better.
      if (this.#disposed || info.device === "cpu") throw this.#disposed ?? final(error.error);
      const next = await untilAborted(this.#live(), signal);
      return await untilAborted(call(next.connection).catch(rethrowFinal), signal);
    }
  }

  /** The session; a new one where it has crashed, or could not be started again, since the last call. */
  async #live(): Promise<Session> {
    const current = this.#session;
    const session = await current.catch(() => null);
    if (session && !session.connection.crash) return session;
    if (session?.info.device === "gpu") {
      this.#setup.gpuFailure ??= session.connection.crash?.message ?? null;
    }
    // However many calls saw the crash, the first of them starts the new worker.
    if (this.#session === current) this.#session = this.#restart();
    return this.#session;
  }

  async #restart(): Promise<Session> {
    const session = await open(this.#setup).catch(rethrowFinal);
    this.#info = session.info;
    if (this.#disposed) session.connection.close(this.#disposed);
    return session;
  }
}

/** Starts a worker and has it load the model. */
async function open(
  { source, device, wasmUrl, workerUrl, gpuFailure }: Setup,
  { signal, onProgress }: Pick<CreateOptions, "signal" | "onProgress"> = {},
): Promise<Session> {
  if (signal?.aborted) throw abortError(signal);
  const connection = new WorkerConnection(workerUrl);
  try {
    const ask = { source, device, wasmUrl, gpuFailure };
    return { connection, info: await connection.call("create", ask, { signal, onProgress }) };
  } catch (error) {
    connection.close(error as Error);
    throw error;
  }
}

/** Ends the waiting, also where the call is not yet at the worker (a bitmap is being made, a session restarted). */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortError(signal));
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** The bytes behind a Blob or a URL. */
async function blobOf(image: ImageSource): Promise<Blob> {
  if (image instanceof Blob) return image;
  const url = image instanceof HTMLImageElement ? image.currentSrc || image.src : String(image);
  return (await fetch(new URL(url, baseUrl()))).blob();
}

/** The public error for a crash that is not recovered from. */
function final({ code, message }: PlainError): GlimpseError {
  return new GlimpseError(code, `the classifier's worker stopped: ${message}`);
}

function rethrowFinal(error: unknown): never {
  throw error instanceof WorkerCrash ? final(error.error) : error;
}
