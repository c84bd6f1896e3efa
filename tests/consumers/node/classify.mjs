// What a stranger writes in Node.js: a picture in four forms, and a classifier that is never disposed, which holds nobody up.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { Classifier, GlimpseError } from "glimpse-clip";

const [picture, web] = process.argv.slice(2);
const labels = ["a dog", "a bicycle", "an apple"];
const phases = new Set();
const classifier = await Classifier.create({ onProgress: ({ phase }) => phases.add(phase) });
const bytes = await readFile(picture);
const forms = {
  buffer: bytes,
  blob: new Blob([bytes]),
  file: pathToFileURL(picture),
  path: picture,
  web: new URL(web),
  square: await classifier.preprocess(picture),
};
const scores = {};
for (const [form, image] of Object.entries(forms))
  scores[form] = await classifier.classify(image, labels);

const refused = async (promise) => {
  const error = await promise.then(
    () => null,
    (thrown) => thrown,
  );
  return error instanceof GlimpseError ? error.code : String(error);
};
const errors = {
  missing: await refused(classifier.classify(new URL("file:///no/such/picture.png"), labels)),
  drawing: await refused(
    classifier.classify(new Blob(["<svg xmlns='http://www.w3.org/2000/svg'/>"]), labels),
  ),
  damaged: await refused(classifier.classify(bytes.subarray(0, 200), labels)),
  labels: await refused(classifier.classify(bytes, [])),
};
console.log(JSON.stringify({ info: classifier.info, phases: [...phases], scores, errors }));
