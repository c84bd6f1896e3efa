// Holds only if the package's types are found and say what the contract says.
import {
  Classifier,
  COMMON_THINGS,
  GlimpseError,
  LabelPack,
  NONE_OF_THESE,
  builtInLabels,
  cachedBytes,
  deleteModel,
  fillersFor,
  isCached,
  isTaught,
  listModels,
  pipeline,
} from "glimpse-clip";
import type {
  BuiltInLabels,
  BuiltInName,
  ClassifierInfo,
  CreateOptions,
  GlimpseErrorCode,
  ImageSource,
  ModelEntry,
  Progress,
  Score,
  SuggestOptions,
  WatchResult,
} from "glimpse-clip";
import { GlimpseClassifier, ImageDrop, ScoreBars } from "glimpse-clip/elements";

const options: CreateOptions = {
  model: "mini",
  device: "auto",
  cache: false,
  loadTextTower: true,
  tokenRows: "whole",
  hub: new URL("https://models.example"),
  onProgress: ({ model, phase, file, loaded, total, fromCache }: Progress) => {
    const known: "download" | "verify" | "upload" | "compile" | "ready" = phase;
    console.log(model, known, file, loaded.toFixed(), total?.toFixed(), fromCache ? 1 : 0);
  },
  signal: new AbortController().signal,
};
const classifier: Classifier = await Classifier.create(options);
const pictures: ImageSource[] = [new Blob([]), "a.png", new URL("https://a.example/b.png")];
const scores: Score[] = await classifier.classify(new Uint8Array(), ["a"], { topK: 1 });
const device: "gpu" | "cpu" = classifier.info.device;
const embedding: Float32Array = await classifier.embedText("a");
for await (const { index, image, scores, error } of classifier.classify(pictures, ["a", "b"])) {
  const seen: ImageSource = image;
  if (error) console.log(index, seen, error.code);
  else console.log(scores[0]?.label, scores.length);
}

const both: Classifier = await Classifier.create({
  model: "auto",
  preload: ["mini", "mini-photo"],
});
const { scoring, threads, fingerprint }: ClassifierInfo = both.info;
const wish: BuiltInName = "mini-photo";
const answeredBy: string[] = [scoring, fingerprint, threads.toFixed()];
await both.classify("a.png", ["a"], {
  builtIn: wish,
  onDecoded: ({ model }) => answeredBy.push(model),
});
for await (const { model, error } of both.classify(pictures, ["a"]))
  answeredBy.push(error ? error.code : model);
const asking: SuggestOptions = { topK: 3, builtIn: "mini" };
const could: Score[] = await both.suggest("a.png", asking);
const frame = (result: WatchResult): string => result.model;
console.log(could[0]?.label, frame, (await both.preprocess("a.png", { builtIn: wish })).width);
// @ts-expect-error: there are two
await both.classify("a.png", ["a"], { builtIn: "photo" });

const pack: LabelPack = await classifier.embedLabels(["a"], { hypothesisTemplate: "a {}" });
const file: Blob = pack.toBlob();
const withPack: Score[] = await classifier.classify(file, await LabelPack.load(file), {
  queue: "newest",
  noneOfThese: COMMON_THINGS,
});
const none: string = NONE_OF_THESE;
console.log(
  withPack.find(({ label }) => label === none)?.cosine,
  (await fillersFor("mini", ["a"])).length,
);

const error = new GlimpseError("decode", device + embedding.length + scores.length);
const codes: GlimpseErrorCode[] = ["network", "integrity", "quota", "aborted", error.code];
// @ts-expect-error: the codes are fixed
error.code === "no-such-code";
// @ts-expect-error: so are the devices
await Classifier.create({ device: "tpu" });
// @ts-expect-error: labels are a list
await classifier.classify(file, "a, b");

const taught: BuiltInLabels = await builtInLabels();
const places: readonly number[] | undefined = (await builtInLabels("mini-photo")).groups["dog"];
console.log(places?.length);
const known: boolean = isTaught(taught.concepts[0] ?? "", taught);
// @ts-expect-error: the list is not to be changed
taught.concepts.push(String(known));

const models: ModelEntry[] = await listModels();
const first: string | undefined = models[0]?.licence ?? codes[0];
const bytes: number = (await isCached("photo")) ? await deleteModel("photo") : await cachedBytes();

const classify = await pipeline("zero-shot-image-classification");
const found = await classify("a.png", ["a", "b"], { hypothesis_template: "This is a photo of {}" });
console.log(first, bytes, found);

const element: GlimpseClassifier = document.createElement("glimpse-classifier");
element.addEventListener("scores", ({ detail }) =>
  console.log(detail.scores, detail.model, detail.milliseconds),
);
const bars: ScoreBars = document.createElement("score-bars");
bars.labels = ["a"];
const drop: ImageDrop = document.createElement("image-drop");
drop.image = file;
await classifier.dispose();
