"use client";
// Imported on the server too, where nothing may start; the effect runs in the browser alone.
import { Classifier } from "glimpse-clip";
import { useEffect, useState } from "react";
import "glimpse-clip/elements";

const labels = ["a dog", "a bicycle", "an apple"];

export function Answer() {
  const [answer, setAnswer] = useState(null);
  useEffect(() => {
    const abort = new AbortController();
    classify(abort.signal)
      .then(setAnswer)
      .catch((error) => {
        if (error.name !== "AbortError") throw error;
      });
    return () => abort.abort();
  }, []);
  return (
    <>
      <p id="answer">{answer ? JSON.stringify(answer) : "…"}</p>
      <score-bars labels={labels} scores={answer?.scores} />
    </>
  );
}

async function classify(signal) {
  const picture = await (await fetch("picture.png", { signal })).blob();
  const classifier = await Classifier.create({ device: "cpu", signal });
  const scores = await classifier.classify(picture, labels, { signal });
  await classifier.dispose();
  return { scores, info: classifier.info };
}
