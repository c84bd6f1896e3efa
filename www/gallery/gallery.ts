/** The gallery's pictures and what the model says of each: takes them in, classifies one after the other, orders them. */

import type { Classifier, Score } from "glimpse-clip";
import { Pace } from "../core/pace.js";
import type { NamedFile } from "../pictures/picture-files.js";
import { type BuiltIn, isBuiltIn } from "../core/model-choice.js";
import type { ClassifyRequest } from "../core/classify-request.js";
import { problemOf, type Problem } from "../core/problems.js";
import { Latest } from "../core/latest.js";

/** A picture of the gallery. */
export interface Item {
  readonly file: File;
  /** The file's name, with the folders that it lay in. */
  readonly name: string;
  /** When it came, from 0 on. */
  readonly order: number;
  /** Best first; null until it was classified, and where it could not be. */
  scores: readonly Score[] | null;
  /** The built-in model that gave the scores; null where another model did, or none. */
  builtIn: BuiltIn | null;
  error: Problem | null;
  /** Which question `scores` and `error` answer; older than the gallery's own where they are out of date. */
  round: number;
}

/** In what order the pictures stand: as they came, by name, by how sure the answer is, or by one label's probability. */
export type Order = "added" | "name" | "surest" | "least-sure" | { label: string };

/** Which pictures are shown: all, those a label fits best, those that could not be read, those still to come. */
export type Filter = "all" | "errors" | "waiting" | { label: string };

/** What is asked about a picture; null stands for any other than those that a built-in model was chosen for. */
export type RequestOf = (file: Blob | null) => ClassifyRequest;

/** What is going on: `idle` without pictures, model or labels. */
export type Activity = "idle" | "working" | "stopped" | "done";

/** Errors that are the worker's and not the picture's: the next picture would meet them too. */
const FATAL = ["device-lost", "aborted", "no-labels"];

/** Pictures, their scores, and the one loop that fills them in. */
export class Gallery {
  readonly items: Item[] = [];
  /** How many of them are answered as of now. */
  answered = 0;
  activity: Activity = "idle";
  readonly pace = new Pace();
  readonly #changed: () => void;
  #classifier: Classifier | null = null;
  #request: RequestOf = () => ({ labels: [], options: {} });
  #round = 1;
  readonly #work = new Latest();
  #added = 0;

  /** `changed` is called after every change; it may be called thousands of times a second. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Takes pictures in behind those that are there, and goes on with them. */
  add(files: readonly NamedFile[]): void {
    for (const { file, name } of files)
      this.items.push({
        file,
        name,
        order: this.#added++,
        scores: null,
        builtIn: null,
        error: null,
        round: 0,
      });
    this.#start();
  }

  /** Asks anew: of another model, or for other labels. The pictures' embeddings are the worker's to remember. */
  ask(classifier: Classifier | null, request: RequestOf): void {
    if (classifier !== this.#classifier)
      for (const item of this.items)
        Object.assign(item, { scores: null, builtIn: null, error: null });
    this.#classifier = classifier;
    this.#request = request;
    this.#round++;
    this.answered = 0;
    this.#start();
  }

  /** Leaves the rest as it is until `resume`, or until something is asked anew. */
  stop(): void {
    this.#work.stop();
    if (this.activity === "working") this.activity = "stopped";
    this.#changed();
  }

  /** Goes on where it was stopped. */
  resume(): void {
    this.#start();
  }

  /** Removes every picture. */
  clear(): void {
    this.#work.stop();
    this.items.length = 0;
    this.answered = 0;
    this.activity = "idle";
    this.#changed();
  }

  /** The pictures with what is said of them now: without scores and errors that answer an older question. */
  current(): Item[] {
    return this.items.map((item) =>
      this.isAnswered(item) ? item : { ...item, scores: null, builtIn: null, error: null },
    );
  }

  /** Whether `item`'s scores, or its error, answer what is asked now. */
  isAnswered(item: Item): boolean {
    return item.round === this.#round;
  }

  /** The pictures that `filter` lets through, in `order`. */
  view(order: Order, filter: Filter): Item[] {
    return this.items.filter((item) => this.#passes(item, filter)).sort(comparison(order));
  }

  /** How many pictures each label fits best, in the labels' order, and how many have an error or none of both yet. */
  counts(): { best: Map<string, number>; errors: number; waiting: number } {
    const best = new Map(this.#request(null).labels.map((label) => [label, 0]));
    let errors = 0;
    let waiting = 0;
    for (const item of this.items) {
      const label = item.scores?.[0]?.label;
      if (item.error) errors++;
      else if (label === undefined) waiting++;
      else best.set(label, (best.get(label) ?? 0) + 1);
    }
    return { best, errors, waiting };
  }

  #passes(item: Item, filter: Filter): boolean {
    if (filter === "all") return true;
    if (filter === "errors") return item.error !== null;
    if (filter === "waiting") return !item.error && !item.scores;
    return item.scores?.[0]?.label === filter.label;
  }

  #start(): void {
    const signal = this.#work.begin();
    const able = this.#classifier !== null && this.#request(null).labels.length > 0;
    if (this.items.length === 0 || !able) {
      this.activity = "idle";
      return this.#changed();
    }
    this.activity = "working";
    this.pace.reset();
    this.#changed();
    void this.#classifyAll(this.#classifier!, this.#request, signal);
  }

  /** One at a time, so that the picture on the page, which people look at, never waits for more than one of these. */
  async #classifyAll(
    classifier: Classifier,
    request: RequestOf,
    signal: AbortSignal,
  ): Promise<void> {
    for (const item of this.items) {
      if (this.isAnswered(item)) continue;
      const { labels, options } = request(item.file);
      let model = "";
      try {
        const scores = await classifier.classify(item.file, labels, {
          ...options,
          onDecoded: (details) => (model = details.model),
          signal,
        });
        if (signal.aborted) return;
        Object.assign(item, { scores, builtIn: isBuiltIn(model) ? model : null, error: null });
      } catch (error) {
        if (signal.aborted) return;
        const problem = problemOf(error);
        if (FATAL.includes(problem.code)) return this.stop();
        Object.assign(item, { scores: null, builtIn: null, error: problem });
      }
      item.round = this.#round;
      this.answered++;
      this.pace.mark(this.answered);
      this.#changed();
    }
    this.activity = "done";
    this.#changed();
  }
}

/** How far the best label is ahead of the second, 0 to 1; below everything for a picture without scores. */
function sureness({ scores }: Item): number {
  const [best, second] = scores ?? [];
  return best ? best.score - (second?.score ?? 0) : -1;
}

function comparison(order: Order): (a: Item, b: Item) => number {
  if (order === "added") return (a, b) => a.order - b.order;
  if (order === "name") {
    const { compare } = new Intl.Collator(undefined, { numeric: true });
    return (a, b) => compare(a.name, b.name) || a.order - b.order;
  }
  if (order === "surest") return (a, b) => sureness(b) - sureness(a) || a.order - b.order;
  if (order === "least-sure") {
    // Pictures without scores stand last here too.
    const unsure = (item: Item) => (item.scores ? sureness(item) : 2);
    return (a, b) => unsure(a) - unsure(b) || a.order - b.order;
  }
  const score = ({ scores }: Item) =>
    scores?.find(({ label }) => label === order.label)?.score ?? -1;
  return (a, b) => score(b) - score(a) || a.order - b.order;
}
