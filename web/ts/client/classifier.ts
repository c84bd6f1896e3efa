/** `Classifier`: the whole of the package, seen from a page. The work happens in a worker that it starts itself. */

import { abortError, untilAborted } from "../shared/abort.js";
import { checkCount, checkSignal, checkText } from "../shared/arguments.js";
import { AUTO } from "../shared/built-ins.js";
import { GlimpseError } from "../shared/errors.js";
import type { ClassifierInfo, ClassifierStats, ImageDetails, Score } from "../shared/types.js";
import { type ImageBatch, batchOf, classifyEach } from "./batch.js";
import {
  checkClassifyOptions,
  checkCreateOptions,
  checkPreprocessOptions,
  checkSuggestOptions,
} from "./check-options.js";
import { type WorkerConnection, WorkerCrash } from "./connection.js";
import { type OutgoingImage, rememberModel } from "./image-input.js";
import { LabelPack } from "./label-pack.js";
import { LatestQueue } from "./latest.js";
import type {
  BatchOptions,
  BatchResult,
  ClassifyOptions,
  CreateOptions,
  EmbedLabelsOptions,
  ImageOptions,
  ImageSource,
  Labels,
  PreprocessOptions,
  SuggestOptions,
  WatchOptions,
  WatchResult,
  WatchSource,
} from "./options.js";
import { listOf, scoringMessage, templatesOf } from "./scoring-message.js";
import { sendImage } from "./send-image.js";
import {
  type Session,
  type Setup,
  fatalError,
  noteGpuCrash,
  openSession,
  setupOf,
} from "./session.js";
import { type Classification, watchFrames } from "./watch.js";
import { grantAccess } from "./worker-access.js";

/** What a single call may carry. */
type Call<T> = (connection: WorkerConnection) => Promise<T>;

/**
 * A CLIP model, ready to compare pictures with words; or, as `"auto"`, the two built-in ones, of which each picture goes to the one
 * that fits it.
 *
 * @example
 * ```ts
 * import { Classifier } from "glimpse-clip";
 *
 * const classifier = await Classifier.create({ onProgress: ({ loaded, total }) => console.log(loaded, total) });
 * const scores = await classifier.classify(file, ["a cat", "a dog"]);
 * console.log(scores[0].label, scores[0].score); // the best label and its probability, 0 to 1
 * await classifier.dispose();
 * ```
 */
export class Classifier {
  readonly #setup: Setup;
  #session: Promise<Session>;
  /** The last one that was started. */
  #latest: Session;
  readonly #newest = new LatestQueue();
  #disposed = false;

  private constructor(setup: Setup, session: Session) {
    this.#setup = setup;
    this.#session = Promise.resolve(session);
    this.#latest = session;
    grantAccess(this, (call, signal) => this.#run(call, signal));
  }

  /**
   * Starts a worker and loads a model into it. If the GPU fails while it loads, it is loaded on the CPU, and
   * {@link info} says why. Under `"auto"` no model is loaded yet, but for those in `preload`: each is when a picture first needs it, and
   * one that cannot be had fails those pictures alone.
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
    return new Classifier(setup, await openSession(setup, options.signal));
  }

  /** What was loaded, and where it runs. It may change once, from the GPU to the CPU: when a GPU fails, or is lost twice. */
  get info(): ClassifierInfo {
    return this.#latest.info;
  }

  /**
   * How well each label fits the picture, best first. The same Blob or File again is neither read nor looked at again, and a
   * label that was used before is not encoded again: changing one label costs one short text.
   *
   * @param labels what the picture may show: texts, or a {@link LabelPack}; the same label twice gives two scores
   * @throws GlimpseError `no-labels`, `decode`, `too-large`, `network`, `aborted`, `device-lost`, `out-of-memory`, and for a
   * label pack `integrity` and `unsupported-model` (under `"auto"` for every pack: it belongs to one model)
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
    images: ImageSource | ImageBatch<ImageSource>,
    labels: Labels,
    options: ClassifyOptions & BatchOptions = {},
  ): Promise<Score[]> | AsyncGenerator<BatchResult, void, undefined> {
    const many = batchOf(images);
    if (!many) {
      return this.#classifyOne(images as ImageSource, labels, options).then(({ scores }) => scores);
    }
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
   * Under the model `"auto"` the frames of a video are photographs, and go to `"mini-photo"`; of a canvas the first frame chooses the
   * model for all of them. `builtIn` names it for both.
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
    const auto = () => this.info.model === AUTO;
    return watchFrames(source, labels, this.#classifyOne.bind(this), auto, options);
  }

  /**
   * What it could be: the best of all things that the picture's built-in model was taught ({@link builtInLabels}), some hundreds for
   * drawings and a thousand for photographs, in a sentence that suits the model. Probabilities are among all of them. The first call
   * reads all their names, which takes a moment; later ones cost no more than the picture.
   *
   * @throws GlimpseError as {@link classify}; `unsupported-model` for other models, which tell of nothing that they were taught
   * @example
   * ```ts
   * const names = (await classifier.suggest(file)).map(({ label }) => label); // five, best first
   * ```
   */
  async suggest(image: ImageSource, options: SuggestOptions = {}): Promise<Score[]> {
    checkSuggestOptions(options);
    const { topK = 5, builtIn = null, signal } = options;
    checkCount(topK, "topK");
    const answer = await this.#withImage(image, options, (connection, { message, transfer }) =>
      connection.call("suggest", { topK, builtIn, image: message }, { transfer, signal }),
    );
    return answer.scores;
  }

  /**
   * Reads labels once and for all: a {@link LabelPack} can be saved, and used in place of the labels.
   *
   * @throws GlimpseError `no-labels`, `aborted`, `device-lost`, `out-of-memory`; `unsupported-model` under `"auto"`
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
   * @throws GlimpseError `decode`, `too-large`, `network`, `aborted`, `device-lost`, `out-of-memory`; `unsupported-model` under
   * `"auto"`, whose models' embeddings cannot be compared: name one
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
   * centre crop, before the values are normalised. The same pixels that {@link embedImage} works on. Under `"auto"` it is that of the
   * built-in model that the picture goes to, and the same object goes to that one again.
   *
   * @throws GlimpseError `decode`, `too-large`, `network`, `aborted`, `device-lost`, `out-of-memory`
   * @example
   * ```ts
   * const square = await classifier.preprocess(file);
   * canvas.width = canvas.height = square.width;
   * canvas.getContext("2d").putImageData(square, 0, 0);
   * ```
   */
  async preprocess(image: ImageSource, options: PreprocessOptions = {}): Promise<ImageData> {
    checkPreprocessOptions(options);
    const { builtIn = null, signal } = options;
    const { square, details } = await this.#withImage(
      image,
      options,
      (connection, { message, transfer }) =>
        connection.call("preprocess", { builtIn, image: message }, { transfer, signal }),
    );
    return rememberModel(square, details.model);
  }

  /**
   * A text's embedding, unit length; the text is used as it is.
   *
   * @throws GlimpseError `no-labels` without the text tower, `aborted`, `device-lost`, `out-of-memory`; `unsupported-model` under `"auto"`
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
  ): Promise<Classification> {
    checkClassifyOptions(options);
    const { signal, queue = "all" } = options;
    if (queue !== "all" && queue !== "newest") {
      throw new TypeError(`queue must be "all" or "newest", not "${queue}"`);
    }
    if (this.#disposed) throw disposedError();
    const request = scoringMessage(labels, options);
    const work = () =>
      this.#withImage(image, options, (connection, { message, transfer }) =>
        connection.call("classify", { ...request, image: message }, { transfer, signal }),
      );
    const answer = await (queue === "newest" ? this.#newest.run(work, signal) : work());
    return { scores: answer.scores, model: answer.details.model };
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
      const session = await untilAborted(this.#live(), signal);
      try {
        return await untilAborted(call(session.connection), signal);
      } catch (error) {
        if (!(error instanceof WorkerCrash)) throw error;
        if (this.#disposed) throw disposedError();
        // On the CPU it is this call that is at fault, most likely for want of memory: the next one may fare better.
        if (session.info.device === "cpu") throw fatalError(error.error);
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
    this.#latest = session;
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
