// Holds only if the types of the typographic lab's functions are found and say what they do.
import { Classifier } from "glimpse-clip";
import {
  FONTS,
  attack,
  builtInDefences,
  defend,
  explain,
  explainLabels,
  headShares,
  letter,
  occlude,
  reportHtml,
  textDirections,
} from "glimpse-clip/lab";
import type { GlimpseErrorCode } from "glimpse-clip";
import type {
  AttackReport,
  AttackState,
  Defence,
  Defended,
  Explanation,
  Lettered,
  LetteringCorners,
  LetteringSpec,
  MeasuredDefences,
} from "glimpse-clip/lab";

const classifier = await Classifier.create();
const signal = new AbortController().signal;
const code: GlimpseErrorCode = "lettering";

const spec: LetteringSpec = { word: "iPod", font: FONTS[0]?.name ?? "sans", ink: null, copies: 2 };
const lettered: Lettered = await letter("apple.png", spec, { classifier, signal });
const { image, corners, area } = await letter(
  new Blob([]),
  { ...spec, blank: true },
  { size: 300 },
);
const first: LetteringCorners | undefined = corners[0];
console.log(code, image.width, area.toFixed(), first?.[0][1].toFixed());
// @ts-expect-error: papers have names
await letter("apple.png", { word: "iPod", paper: "card" });
// @ts-expect-error: there is no such field
await letter("apple.png", { text: "iPod" });
// @ts-expect-error: fonts are not to be changed
FONTS.pop();

await classifier.classify(lettered.image, ["apple"], { preprocessed: true, queue: "newest" });
await classifier.embedImage(lettered.image, { preprocessed: true });

const explanation: Explanation = await explain(classifier, image, "iPod", "apple", { signal });
const heat: Float32Array = explanation.heat;
const other: number | undefined = explanation.against?.patches[0];
const { labels, side } = await explainLabels(classifier, image, ["iPod", "apple"]);
const { drop } = await occlude(classifier, image, "iPod", null, {
  cell: 2,
  onProgress: ({ done, expected }) => console.log(done / expected),
});
console.log(heat[0], other, labels[0]?.heat[side], drop.length);

const basis = await textDirections(classifier, image, ["dog"], { count: 1, spec: { height: 0.3 } });
const shares = await headShares(classifier, image, corners, { signal });
const defences: Defence[] = [
  { kind: "none" },
  { kind: "erase", gate: 0.9 },
  { kind: "erase", boxes: [{ left: 0, top: 0, right: 1, bottom: 0.5 }] },
  { kind: "mirror" },
  { kind: "heads", heads: shares.map(({ layer, head }) => [layer, head] as const), alpha: 1 },
  { kind: "explain-away", words: ["iPod"] },
  { kind: "project", basis },
];
for (const defence of defences) {
  const defended: Defended = await defend(classifier, image, ["iPod", "apple"], defence);
  const alarm: number | null = defended.alarm;
  console.log(defended.scores[0]?.label, defended.passes + defended.prompts, alarm);
  console.log(defended.image?.data, defended.boxes[0]?.left);
}
// @ts-expect-error: defences have kinds
await defend(classifier, image, ["iPod"], { kind: "pray" });
const measured: MeasuredDefences | null = await builtInDefences();
console.log(measured?.defences[0]?.attacked.target.rate, measured?.calibration.gate);

let state: AttackState | undefined;
const report: AttackReport = await attack(classifier, ["a.png", new Blob([])], {
  word: "iPod",
  labels: ["apple", "iPod"],
  spec: { font: "hand" },
  onProgress: (progress) => {
    state = progress.state;
    console.log(progress.secondsLeft?.toFixed());
  },
  signal,
});
const again = await attack(classifier, image, {
  word: "iPod",
  labels: ["iPod", "apple"],
  ...(state && { resume: state }),
});
const html: string = await reportHtml(again, { classifier });
const rate: number | null | undefined = report.figures.contents[0]?.outcome.targeted.rate;
const size: number | null = report.figures.flip.median;
console.log(html.length, rate, size, report.variants[0]?.answer.scores, report.provenance.date);
// @ts-expect-error: a word is needed
await attack(classifier, image, { labels: ["iPod"] });
