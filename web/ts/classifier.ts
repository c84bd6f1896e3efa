/** `Classifier`: the whole of the package, seen from a page. The work happens in a worker that it starts itself. */

import { untilAborted } from "./abort.js";
import { checkClassifyOptions, checkCreateOptions, checkSignal, checkText } from "./arguments.js";
import { classifyEach, type Many, manyOf } from "./batch.js";
import { type WorkerConnection, WorkerCrash, abortError } from "./connection.js";
import { openDoor } from "./door.js";
import { GlimpseError } from "./errors.js";
import type { OutgoingImage } from "./image-input.js";
import { LabelPack } from "./label-pack.js";
import { NewestQueue } from "./newest.js";
import { listOf, scoringRequest, templatesOf } from "./request.js";
import { sendImage } from "./sending.js";
import { type Session, type Setup, final, noteGpuCrash, openSession, setupOf } from "./session.js";
import type {
  BatchOptions,
  BatchResult,
  ClassifierInfo,
  ClassifierStats,
  ClassifyOptions,
  CreateOptions,
  EmbedLabelsOptions,
  ImageDetails,
  ImageOptions,
  ImageSource,
  Labels,
  Score,
  WatchOptions,
  WatchResult,
  WatchSource,
} from "./types.js";
import { watchFrames } from "./watch.js";

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
  readonly #newest = new NewestQueue();
  #disposed = false;

  private constructor(setup: Setup, session: Session) {
    this.#setup = setup;
    this.#session = Promise.resolve(session);
    this.#info = session.info;
    openDoor(this, (call, signal) => this.#run(call, signal));
  }

  /**
   * Starts a worker and loads a model into it. If the GPU fails while it loads, it is loaded on the CPU, and
   * {@link info} says why.
   *
   * @throws GlimpseError `unsupported-model`, `network`, `integrity`, `quota`, `out-of-memory`, `device-lost`, `aborted`
   * @example
   * ```ts
   * const classifier = await Classifier.create({ model: "photo", device: "auto" });
   * console.log(classifier.info.device, classifier.info.reason);
   * ```
   */
  static async create(options: CreateOptions = {}): Promise<Classifier> {
    checkCreateOptions(options);
    const setup = setupOf(options);
    return new Classifier(setup, await openSession(setup, options));
  }

  /** What was loaded, and where it runs. It may change once, from the GPU to the CPU: when a GPU fails, or is lost twice. */
  get info(): ClassifierInfo {
    return this.#info;
  }

  /**
   * How well each label fits the picture, best first. The same Blob or File again is neither read nor looked at again, and a
   * label that was used before is not encoded again: changing one label costs one short text.
   *
   * @param labels what the picture may show: texts, or a {@link LabelPack}; the same label twice gives two scores
   * @throws GlimpseError `no-labels`, `decode`, `too-large`, `network`, `aborted`, `device-lost`, `out-of-memory`, and for a
   * label pack `integrity` and `unsupported-model`
   * @example
   * ```ts
   * const [best] = await classifier.classify(file, ["dog", "cat"], { hypothesisTemplate: "a drawing of a {}" });
   * console.log(best.label, best.score, best.cosine); // "dog", 0 to 1, -1 to 1
   * ```
   */
  classify(image: ImageSource, labels: Labels, options?: ClassifyOptions): Promise<Score[]>;
  /**
   * The same for many pictures, or promises of them: an array, or anything that can be iterated, also asynchronously (a
   * directory that is read, a stream). Results come in order. A picture that cannot be read gives a result with its error, and
   * the others go on; what is wrong with the whole call (no labels, an abort, a lost device) ends the iteration with an error.
   * The iterable is read only a few pictures ahead, so that a million of them do not fill the memory; leaving the loop stops
   * the work.
   *
   * @example
   * ```ts
   * for await (const { index, image, scores, error } of classifier.classify(files, ["dog", "cat"])) {
   *   if (error) console.warn(image.name, error.code);
   *   else console.log(index, image.name, scores[0].label);
   * }
   * ```
   */
  classify<Image extends ImageSource>(
    images: Iterable<Image | PromiseLike<Image>> | AsyncIterable<Image>,
    labels: Labels,
    options?: BatchOptions,
  ): AsyncGenerator<BatchResult<Image>, void, undefined>;
  classify(
    images: ImageSource | Many<ImageSource>,
    labels: Labels,
    options: ClassifyOptions & BatchOptions = {},
  ): Promise<Score[]> | AsyncGenerator<BatchResult, void, undefined> {
    const many = manyOf(images);
    if (!many) return this.#classifyOne(images as ImageSource, labels, options);
    checkClassifyOptions(options);
    const { lookAhead, signal, ...scoring } = options;
    const one = (image: ImageSource, ending: AbortSignal) =>
      this.#classifyOne(image, labels, { ...scoring, queue: "all", signal: ending });
    return classifyEach(many, one, { lookAhead, signal });
  }

  /**
   * Classifies a video or a canvas again and again, as fast as the device manages, and always its latest frame: frames that
   * come while one is at work are passed over. Nothing is done while the video stands still, the page is hidden, or the loop's
   * body has not come back for the next. Ends with the video; with an error where a frame cannot be classified.
   *
   * @param labels the labels, or a function that gives them anew for each frame
   * @throws GlimpseError as {@link classify}; `aborted` when `signal` fires
   * @example
   * ```ts
   * video.srcObject = await navigator.mediaDevices.getUserMedia({ video: true });
   * await video.play();
   * for await (const { scores, milliseconds } of classifier.watch(video, () => labels, { signal })) show(scores, milliseconds);
   * ```
   */
  watch(
    source: WatchSource,
    labels: Labels | (() => Labels),
    options: WatchOptions = {},
  ): AsyncGenerator<WatchResult, void, undefined> {
    return watchFrames(source, labels, this.#classifyOne.bind(this), options);
  }

  /**
   * Reads labels once and for all: a {@link LabelPack} can be saved, and used in place of the labels.
   *
   * @throws GlimpseError `no-labels`, `aborted`, `device-lost`, `out-of-memory`
   * @example
   * ```ts
   * const pack = await classifier.embedLabels(["dog", "cat"], { hypothesisTemplate: "a drawing of a {}" });
   * const scores = await classifier.classify(file, pack);
   * ```
   */
  async embedLabels(
    labels: readonly string[],
    { hypothesisTemplate, signal }: EmbedLabelsOptions = {},
  ): Promise<LabelPack> {
    const ask = { labels: listOf(labels), templates: templatesOf(hypothesisTemplate) };
    const bytes = await this.#run(
      (connection) => connection.call("embedLabels", ask, { signal }),
      signal,
    );
    return LabelPack.load(bytes);
  }

  /**
   * The picture's embedding: unit length, as many numbers as the model's projection has. The dot product of two is their cosine.
   *
   * @throws GlimpseError `decode`, `too-large`, `network`, `aborted`, `device-lost`, `out-of-memory`
   * @example
   * ```ts
   * const [one, other] = await Promise.all([a, b].map((file) => classifier.embedImage(file)));
   * const cosine = one.reduce((sum, value, at) => sum + value * other[at], 0);
   * ```
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
  async preprocess(
    image: ImageSource,
    { signal, onDecoded }: Omit<ImageOptions, "preprocessed"> = {},
  ): Promise<ImageData> {
    const asked = { ...(signal && { signal }), ...(onDecoded && { onDecoded }) };
    const answer = await this.#withImage(image, asked, (connection, { message, transfer }) =>
      connection.call("preprocess", { image: message }, { transfer, signal }),
    );
    return answer.square;
  }

  /**
   * A text's embedding, unit length; the text is used as it is.
   *
   * @throws GlimpseError `no-labels` without the text tower, `aborted`, `device-lost`, `out-of-memory`
   * @example
   * ```ts
   * const embedding = await classifier.embedText("a drawing of a dog"); // Float32Array
   * ```
   */
  async embedText(text: string, { signal }: { signal?: AbortSignal } = {}): Promise<Float32Array> {
    checkText(text, "text");
    return this.#run((connection) => connection.call("embedText", { text }, { signal }), signal);
  }

  /**
   * Counters since the model was loaded, and how long the stages of the last work took, read fresh.
   *
   * @example
   * ```ts
   * const { imageTowerRuns, stageMilliseconds } = await classifier.stats();
   * ```
   */
  async stats(): Promise<ClassifierStats> {
    return this.#run((connection) => connection.call("stats", {}), undefined);
  }

  /**
   * Ends the worker and gives back all its memory. Calls that wait, and later ones, reject with code `aborted`. Another classifier
   * can be created afterwards. Disposing twice is fine.
   *
   * @example
   * ```ts
   * await classifier.dispose();
   * ```
   */
  async dispose(): Promise<void> {
    this.#disposed = true;
    const session = await this.#session.catch(() => null);
    session?.connection.close(disposedError());
  }

  async #classifyOne(
    image: ImageSource,
    labels: Labels,
    options: ClassifyOptions = {},
  ): Promise<Score[]> {
    checkClassifyOptions(options);
    const { signal, queue = "all" } = options;
    if (queue !== "all" && queue !== "newest") {
      throw new TypeError(`queue must be "all" or "newest", not "${queue}"`);
    }
    if (this.#disposed) throw disposedError();
    // Begun, but not waited for: a call takes its place in the queue when it is made, not when its fillers are fetched.
    const asked = untilAborted(scoringRequest(labels, options, this.#info.model), signal);
    asked.catch(() => undefined);
    const work = async () => {
      const request = await asked;
      return this.#withImage(image, options, (connection, { message, transfer }) =>
        connection.call("classify", { ...request, image: message }, { transfer, signal }),
      );
    };
    const answer = await (queue === "newest" ? this.#newest.run(work, signal) : work());
    return answer.scores;
  }

  async #withImage<T extends { details: ImageDetails }>(
    image: ImageSource,
    { signal, onDecoded, preprocessed }: ImageOptions,
    send: (connection: WorkerConnection, image: OutgoingImage) => Promise<T>,
  ): Promise<T> {
    const answer = await this.#run(
      (connection) => sendImage(image, (outgoing) => send(connection, outgoing), preprocessed),
      signal,
    );
    onDecoded?.(answer.details);
    return answer;
  }

  /** Runs a call; if the worker crashes under it on the GPU, again in a new worker, whose device {@link noteGpuCrash} chooses. */
  async #run<T>(call: Call<T>, signal: AbortSignal | undefined): Promise<T> {
    checkSignal(signal);
    if (this.#disposed) throw disposedError();
    if (signal?.aborted) throw abortError(signal);
    for (;;) {
      const { connection, info } = await untilAborted(this.#live(), signal);
      try {
        return await untilAborted(call(connection), signal);
      } catch (error) {
        if (!(error instanceof WorkerCrash)) throw error;
        if (this.#disposed) throw disposedError();
        // On the CPU it is this call that is at fault, most likely for want of memory: the next one may fare better.
        if (info.device === "cpu") throw final(error.error);
      }
    }
  }

  /** The session; a new one where it has crashed, or could not be started again, since the last call. */
  async #live(): Promise<Session> {
    const current = this.#session;
    const session = await current.catch(() => null);
    if (session && !session.connection.crash) return session;
    // However many calls saw the crash, the first of them starts the new worker.
    if (this.#session === current) {
      const crash = session?.connection.crash;
      if (crash && session.info.device === "gpu") noteGpuCrash(this.#setup, crash);
      this.#session = this.#restart();
    }
    return this.#session;
  }

  async #restart(): Promise<Session> {
    const session = await openSession(this.#setup);
    this.#info = session.info;
    if (this.#disposed) session.connection.close(disposedError());
    return session;
  }
}

/** The error for a call that waits when its classifier is disposed, or is made afterwards; a new one each, for its stack. */
function disposedError(): GlimpseError {
  return new GlimpseError(
    "aborted",
    "this classifier was disposed (its dispose() was called); make another with Classifier.create()",
  );
}
