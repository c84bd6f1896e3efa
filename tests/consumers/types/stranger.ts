// Holds only if the package's types are found and say what the contract says.
import { Classifier, GlimpseError, builtInLabels, isTaught } from "glimpse-clip";
import type { BuiltInLabels, Score } from "glimpse-clip";

const classifier: Classifier = await Classifier.create({ model: "mini", device: "auto" });
const scores: Score[] = await classifier.classify(new Blob([]), ["a"], { topK: 1 });
const device: "gpu" | "cpu" = classifier.info.device;
const embedding: Float32Array = await classifier.embedText("a");
const error = new GlimpseError("decode", device + embedding.length + scores.length);
// @ts-expect-error: the codes are fixed
error.code === "no-such-code";
const taught: BuiltInLabels = await builtInLabels();
const known: boolean = isTaught(taught.concepts[0] ?? "", taught);
// @ts-expect-error: the list is not to be changed
taught.concepts.push(String(known));
await classifier.dispose();
