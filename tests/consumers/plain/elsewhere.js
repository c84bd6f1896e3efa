// Worker and wasm come from another origin, which this page's own address names.
import { Classifier } from "./node_modules/glimpse-clip/dist/index.js";

const files = new URLSearchParams(location.search).get("files");
const picture = await (await fetch("picture.png")).blob();
const classifier = await Classifier.create({
  device: "cpu",
  workerUrl: `${files}/dist/worker.js`,
  wasmUrl: `${files}/dist/glimpse_bg.wasm`,
});
const scores = await classifier.classify(picture, ["a dog", "a bicycle", "an apple"]);
document.getElementById("answer").textContent = JSON.stringify({ scores, info: classifier.info });
await classifier.dispose();
