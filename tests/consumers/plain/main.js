// What a stranger writes who has no bundler: the package's file is imported by its path.
import { Classifier } from "./node_modules/glimpse-clip/dist/index.js";

const picture = await (await fetch("picture.png")).blob();
const classifier = await Classifier.create({ device: "cpu" });
const scores = await classifier.classify(picture, ["a dog", "a bicycle", "an apple"]);
document.getElementById("answer").textContent = JSON.stringify({ scores, info: classifier.info });
await classifier.dispose();
