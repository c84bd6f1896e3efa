// A model of a server's folder, which stays on this computer for the next start.
import { Classifier, cachedBytes, deleteModel, isCached } from "glimpse-clip";

const [model, picture, last] = process.argv.slice(2);
const phases = new Set();
const classifier = await Classifier.create({
  model,
  onProgress: ({ phase, fromCache }) => phases.add(`${phase}${fromCache ? " kept" : ""}`),
});
const scores = await classifier.classify(picture, ["a dog", "a bicycle", "an apple"]);
await classifier.dispose();
const cached = await isCached(model);
const bytes = await cachedBytes();
const freed = last ? await deleteModel(model) : 0;
console.log(JSON.stringify({ scores, phases: [...phases], cached, bytes, freed }));
