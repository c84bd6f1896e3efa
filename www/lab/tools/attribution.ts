/** The numbers of an explanation: a map over patches for chosen layers and heads, the parts that add up to the logit, and how alike two maps are. */

import type { Explanation, LabelParts } from "glimpse-clip/lab";
import { quoted } from "../../core/quote.js";

/** Which layer and which head a map is of, from 0 on; null stands for the sum over all of them. */
export interface Chosen {
  layer: number | null;
  head: number | null;
}

/** One line of the table of parts, in logits; `against` and `difference` are null where no second label was asked of. */
export interface PartRow {
  name: string;
  /** What the part is, in a few words. */
  what: string;
  label: number;
  against: number | null;
  difference: number | null;
}

/** Below this, in logits, a patch is said to pull neither way. */
const HARDLY = 0.005;

type Part = [name: string, what: string, of: (parts: LabelParts) => number];

/** Of a transformer. */
const PARTS: readonly Part[] = [
  ["Patches", "what the class token read from the picture", ({ patches }) => total(patches)],
  ["Class token", "what it read from itself", ({ classToken }) => total(classToken)],
  ["MLPs", "the layers between the attentions", ({ mlp }) => total(mlp)],
  ["Biases", "of the attentions’ outputs", ({ outBias }) => total(outBias)],
  ["Embeddings", "where the class token starts", ({ embeddings }) => embeddings],
  ["Norm", "the bias of the last normalisation", ({ normBias }) => normBias],
];

/** Of a network of convolutions, whose answer is the mean of what it finds in each place. */
const PLACES: readonly Part[] = [
  ["Places", "what is found in each, averaged", ({ patches }) => total(patches)],
  ["Bias", "of the projection", ({ normBias }) => normBias],
];

/** Whether the model looks with heads, in layers; else it averages over places. */
export function hasHeads({ heads }: Explanation): boolean {
  return heads > 0;
}

/** What each patch pulls, in logits, row by row: above 0 towards the label, below 0 towards the one that it is held against. */
export function mapOf(explanation: Explanation, { layer, head }: Chosen): Float32Array {
  const { side, layers, heads, label, against } = explanation;
  if (!hasHeads(explanation)) return explanation.heat;
  const patches = side * side;
  const map = new Float32Array(patches);
  for (let l = 0; l < layers; l++)
    for (let h = 0; h < heads; h++) {
      if ((layer !== null && layer !== l) || (head !== null && head !== h)) continue;
      const start = (l * heads + h) * patches;
      for (let patch = 0; patch < patches; patch++)
        map[patch]! += (label.patches[start + patch] ?? 0) - (against?.patches[start + patch] ?? 0);
    }
  return map;
}

/** The parts of both logits, in the order of the table. */
export function rowsOf(explanation: Explanation): PartRow[] {
  const { label, against } = explanation;
  const parts = hasHeads(explanation) ? PARTS : PLACES;
  return parts.map(([name, what, of]) => rowOf(name, what, of(label), against && of(against)));
}

/** The sum of `rows`: what has to be the logit. */
export function sumOf(rows: readonly PartRow[]): PartRow {
  const add = (numbers: (number | null)[]) =>
    numbers.reduce<number | null>(
      (sum, part) => (sum === null || part === null ? null : sum + part),
      0,
    );
  return rowOf(
    "Sum",
    "of all parts",
    add(rows.map(({ label }) => label)) ?? 0,
    add(rows.map(({ against }) => against)),
  );
}

/** The logits as the model itself gave them. */
export function logitsOf({ label, against }: Explanation): PartRow {
  return rowOf("Logit", "as the model gave it", label.logit, against && against.logit);
}

/** How far sum and logit are apart, in logits: the larger of both labels' distances. */
export function errorOf(sum: PartRow, logit: PartRow): number {
  const against = Math.abs((sum.against ?? 0) - (logit.against ?? 0));
  return Math.max(Math.abs(sum.label - logit.label), against);
}

/** Pearson's correlation of two maps, -1 to 1; null where one of them is the same everywhere. */
export function correlation(one: ArrayLike<number>, other: ArrayLike<number>): number | null {
  const [a, b] = [centred(one), centred(other)];
  const norms = Math.sqrt(dot(a, a) * dot(b, b));
  return norms > 0 ? dot(a, b) / norms : null;
}

/** What a patch pulls for: `pulls 1.8 logits towards “iPod”`. */
export function pullWords(value: number, label: string, against: string | null): string {
  const size = Math.abs(value);
  if (size < HARDLY) return "pulls neither way";
  const logits = `${size.toFixed(size < 1 ? 2 : 1)} logits`;
  if (value > 0) return `pulls ${logits} towards ${quoted(label)}`;
  return against === null
    ? `pulls ${logits} away from ${quoted(label)}`
    : `pulls ${logits} towards ${quoted(against)}`;
}

/** Where a map is highest and where it is lowest: the patch's place from 0 on, and its value. */
export function extremesOf(map: ArrayLike<number>): [most: Extreme, least: Extreme] {
  let most = { patch: 0, value: map[0] ?? 0 };
  let least = most;
  for (let patch = 1; patch < map.length; patch++) {
    const value = map[patch]!;
    if (value > most.value) most = { patch, value };
    if (value < least.value) least = { patch, value };
  }
  return [most, least];
}

/** A patch and what it pulls. */
export interface Extreme {
  patch: number;
  value: number;
}

function rowOf(name: string, what: string, label: number, against: number | null): PartRow {
  return { name, what, label, against, difference: against === null ? null : label - against };
}

function total(numbers: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < numbers.length; at++) sum += numbers[at]!;
  return sum;
}

function centred(numbers: ArrayLike<number>): number[] {
  const mean = total(numbers) / numbers.length;
  return Array.from(numbers, (number) => number - mean);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, number, at) => sum + number * (b[at] ?? 0), 0);
}
