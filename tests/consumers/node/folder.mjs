// A model in a folder of this computer, named by its path; aborts; progress that throws; calls after them; dispose.
import { Classifier, listModels } from "glimpse-clip";

const [folder, picture] = process.argv.slice(2);
const aborted = await Classifier.create({ model: folder, signal: AbortSignal.abort() }).catch(
  (error) => error.code,
);
const giving = new AbortController();
let up = null;
const givenUp = await Classifier.create({
  model: folder,
  signal: giving.signal,
  onProgress: () => {
    up ??= performance.now();
    giving.abort();
  },
}).catch((error) => error.code);
const took = performance.now() - up;
const classifier = await Classifier.create({ model: folder, device: "gpu" });
const scores = await classifier.classify(picture, ["a dog", "a bicycle", "an apple"]);
const { info } = classifier;
await classifier.dispose();
const late = await classifier.classify(picture, ["a dog"]).catch((error) => error.code);
const missing = await Classifier.create({ model: "./no-such-folder/" }).catch(
  (error) => error.code,
);
const thrown = await Classifier.create({
  model: folder,
  onProgress() {
    throw new Error("not now");
  },
}).catch((error) => error.message);
const models = (await listModels()).map(({ name, cached }) => [name, cached !== null]);
console.log(
  JSON.stringify({ aborted, givenUp, took, late, missing, thrown, info, scores, models }),
);
