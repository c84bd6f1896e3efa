// The elements in React 19: properties and events are passed as to any other tag.
import { Classifier } from "glimpse-clip";
import { StrictMode, useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import "glimpse-clip/elements";

function App() {
  const classifier = useRef(null);
  const [labels, setLabels] = useState(["a dog", "a bicycle", "an apple"]);
  const [picture, setPicture] = useState(null);
  const [scores, setScores] = useState(null);
  const [embedded, setEmbedded] = useState(null);

  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    if (picture)
      look(picture, labels, signal)
        .then(setScores)
        .catch((error) => {
          if (error.name !== "AbortError") throw error;
        });
    return () => abort.abort();
  }, [picture, labels]);

  async function look(image, texts, signal) {
    classifier.current ??= Classifier.create({ device: "cpu" });
    return (await classifier.current).classify(image, texts, { signal });
  }

  return (
    <>
      <image-drop id="drop" onimagechange={({ detail }) => setPicture(detail.image)} />
      <score-bars
        id="bars"
        labels={labels}
        scores={scores ?? []}
        state={picture && !scores ? "working" : "ready"}
        onlabelschange={({ detail }) => setLabels(detail.labels)}
      />
      <p id="answer">{scores ? JSON.stringify({ scores }) : "…"}</p>
      <glimpse-classifier
        src="picture.png"
        labels={labels}
        device="cpu"
        onscores={({ detail }) => setEmbedded(detail.scores)}
      />
      <p id="embedded">{embedded ? JSON.stringify({ scores: embedded }) : "…"}</p>
    </>
  );
}

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
