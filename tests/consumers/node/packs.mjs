// Label packs written and read as files, many pictures at once, and the pipeline that transformers.js' users know.
import { writeFile } from "node:fs/promises";
import { Classifier, LabelPack, pipeline } from "glimpse-clip";

const [picture] = process.argv.slice(2);
const labels = ["a dog", "a bicycle", "an apple"];
const whole = await Classifier.create({ model: "mini" });
const pack = await whole.embedLabels(labels);
await writeFile("labels.safetensors", Buffer.from(await pack.toBlob().arrayBuffer()));
await whole.dispose();

const lean = await Classifier.create({ model: "mini", loadTextTower: false });
const scores = await lean.classify(picture, await LabelPack.load("./labels.safetensors"));
const many = [];
for await (const { index, scores, error } of lean.classify([picture, "no-such.png", picture], pack))
  many.push([index, error?.code ?? scores[0].label]);

const classify = await pipeline("zero-shot-image-classification", "mini");
const piped = await classify(picture, labels, { hypothesis_template: "{}" });
console.log(JSON.stringify({ scores, textTower: lean.info.textTower, many, piped }));
