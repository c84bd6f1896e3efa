// The one-line embed: the element brings its own model and worker; its scores are told as an event.
import "./node_modules/glimpse-clip/dist/elements/index.js";

document.querySelector("glimpse-classifier").addEventListener("scores", ({ detail }) => {
  document.getElementById("answer").textContent = JSON.stringify({ scores: detail.scores });
});
