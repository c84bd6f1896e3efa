// What a stranger writes after `npm i glimpse-clip`: one picture, a few labels, the built-in model.
import { Classifier } from "glimpse-clip";

const canvas = Object.assign(document.createElement("canvas"), { width: 128, height: 128 });
const context = canvas.getContext("2d");
context.fillStyle = "white";
context.fillRect(0, 0, 128, 128);
context.fillStyle = "red";
context.arc(64, 64, 40, 0, 2 * Math.PI);
context.fill();
const picture = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));

const classifier = await Classifier.create();
const scores = await classifier.classify(picture, ["red", "green", "blue"]);
document.getElementById("answer").textContent = JSON.stringify({ scores, info: classifier.info });
