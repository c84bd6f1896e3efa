// Both built-in models in one program: each picture to the one that fits it, each loaded when it is needed, and what only one of them can do.
import { rename } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Classifier, LabelPack } from "glimpse-clip";
import { attack, defend, explain, headShares, letter, occlude } from "glimpse-clip/lab";

const [drawing, photo] = process.argv.slice(2);
const drawn = { picture: drawing, labels: ["a dog", "a bicycle", "an apple"] };
const photographed = { picture: photo, labels: ["tabby cat", "Siamese cat", "lynx", "red fox"] };

const steps = [];
const note = ({ model, phase }) => {
  const step = `${model} ${phase}`;
  if (!steps.includes(step)) steps.push(step);
};
const since = (work) => {
  steps.length = 0;
  return work.then((value) => ({ value, steps: [...steps] }));
};
const classify = async (classifier, { picture, labels }, options = {}) => {
  let details;
  const onDecoded = (told) => (details = told);
  const scores = await classifier.classify(picture, labels, { ...options, onDecoded });
  return { model: details.model, scores };
};
const refused = (promise) =>
  promise.then(
    () => null,
    ({ code, message }) => ({ code, message }),
  );

const { value: classifier, steps: created } = await since(Classifier.create({ onProgress: note }));
const info = { ...classifier.info };
const first = await since(classify(classifier, photographed));
const second = await since(classify(classifier, drawn));
const third = await since(classify(classifier, { ...photographed, picture: drawing }));
const wished = await classify(classifier, photographed, { builtIn: "mini" });
const runs = (await classifier.stats()).imageTowerRuns;

const began = performance.now();
const suggested = await classifier.suggest(photo);
const firstly = performance.now() - began;
const again = performance.now();
const names = {
  photo: suggested,
  drawing: await classifier.suggest(drawing, { topK: 2 }),
  milliseconds: [firstly, performance.now() - again],
};
const none = {
  photo: await classifier.classify(photo, ["pizza", "laptop"], { noneOfThese: true }),
  drawing: await classifier.classify(drawing, ["apple", "piano"], { noneOfThese: true, topK: 1 }),
};

const square = await classifier.preprocess(photo);
const lettered = await letter(square, { word: "iPod", font: "mono" }, { classifier });
const asSquare = { preprocessed: true };
const explained = await explain(classifier, photo, "tabby cat", "lynx");
const lab = {
  sizes: [square.width, (await classifier.preprocess(drawing)).width],
  lettered: [lettered.model, lettered.image.width],
  unread: await letter(photo, { word: "iPod" }, { classifier, size: 300 }).then(
    ({ model }) => model,
  ),
  written: (await classify(classifier, { ...photographed, picture: lettered.image }, asSquare))
    .model,
  // A copy of the square is told by its size.
  copied: (
    await classify(classifier, { ...photographed, picture: structuredClone(square) }, asSquare)
  ).model,
  explained: { ...explained, heat: explained.heat.length, label: null, against: null },
  occluded: (await occlude(classifier, drawing, "dog", null, { cell: 8 })).model,
  defended: (await defend(classifier, photo, ["lynx", "cat"], { kind: "mirror" })).model,
  swept: (
    await attack(classifier, photo, {
      word: "lynx",
      labels: ["cat", "lynx"],
      limit: 3,
      factors: false,
      flip: false,
    })
  ).provenance,
};

const one = await Classifier.create({ model: "mini-photo" });
const pack = await LabelPack.load((await one.embedLabels(["cat", "lynx"])).toBlob());
const errors = {
  embedText: await refused(classifier.embedText("cat")),
  embedImage: await refused(classifier.embedImage(photo)),
  embedLabels: await refused(classifier.embedLabels(["cat"])),
  pack: await refused(classifier.classify(photo, pack)),
  packOfFillers: await refused(classifier.classify(photo, ["dog"], { noneOfThese: pack })),
  heads: await refused(headShares(classifier, photo, [])),
  otherWish: await refused(one.classify(photo, ["cat"], { builtIn: "mini" })),
  towerless: await refused(Classifier.create({ loadTextTower: false })),
};
const packed = await classify(one, { picture: photo, labels: pack });
await one.dispose();
await classifier.dispose();

// A call that is given up while its model loads costs no other; a model that cannot be had fails the pictures that need it.
const giving = new AbortController();
const other = await Classifier.create({
  onProgress: ({ phase }) => phase !== "ready" && giving.abort(),
});
const aborted = await refused(other.classify(photo, ["cat"], { signal: giving.signal }));
const after = (await classify(other, photographed)).model;
await other.dispose();
const folder = fileURLToPath(
  new URL("./node_modules/glimpse-clip/models/mini-photo", import.meta.url),
);
await rename(folder, `${folder}-gone`);
const lacking = await Classifier.create({ preload: ["mini-photo", "mini"] });
const missing = [];
for await (const { model, error } of lacking.classify([photo, drawing], ["cat", "dog"]))
  missing.push(model ?? error.code);
await rename(`${folder}-gone`, folder);
missing.push((await classify(lacking, photographed)).model);
await lacking.dispose();

console.log(
  JSON.stringify({
    info,
    created,
    first,
    second,
    third,
    wished,
    runs,
    names,
    none,
    lab,
    errors,
    packed,
    aborted,
    after,
    missing,
  }),
);
