// Holds only if the package's types are found and say what the contract says.
import { Classifier, GlimpseError } from "glimpse-clip";
import type { Score } from "glimpse-clip";

const classifier: Classifier = await Classifier.create({ model: "mini", device: "auto" });
const scores: Score[] = await classifier.classify(new Blob([]), ["a"], { topK: 1 });
const device: "gpu" | "cpu" = classifier.info.device;
const embedding: Float32Array = await classifier.embedText("a");
const error = new GlimpseError("decode", device + embedding.length + scores.length);
// @ts-expect-error: the codes are fixed
error.code === "no-such-code";
await classifier.dispose();
