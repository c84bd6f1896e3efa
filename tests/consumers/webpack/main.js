// What a stranger writes after `npm i glimpse-clip`: one picture, a few labels, the built-in model.
import { Classifier } from "glimpse-clip";

const picture = await (await fetch("picture.png")).blob();
const classifier = await Classifier.create({ device: "cpu" });
const scores = await classifier.classify(picture, ["a dog", "a bicycle", "an apple"]);
document.getElementById("answer").textContent = JSON.stringify({ scores, info: classifier.info });
await classifier.dispose();
