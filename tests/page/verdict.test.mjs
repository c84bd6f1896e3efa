// How sure the page says to be: each step of the scale, none of these, and silence where a sentence would promise too much.
import assert from "node:assert/strict";
import { test } from "node:test";
import { moduleOfPage, plain, stateWith } from "./page-module.mjs";

const { verdictOf } = await moduleOfPage("core/verdict.ts");

/** The verdict where these labels have these shares. */
const said = (shares, change) =>
  plain(
    verdictOf(
      stateWith({
        scores: Object.entries(shares).map(([label, score]) => ({ label, score })),
        ...change,
      }),
    ),
  );

test("the distance between the best label and the next, in words", () => {
  const steps = [
    [{ dog: 0.96, cat: 0.04 }, "Clearly “dog”."],
    [{ dog: 0.94, cat: 0.06 }, "“dog”, well ahead of “cat”."],
    [{ dog: 0.79, cat: 0.21 }, "“dog”, ahead of “cat”."],
    [{ cat: 0.42, dog: 0.58 }, "“dog”, barely ahead of “cat”."],
    [{ dog: 0.51, cat: 0.49 }, "Undecided between “dog” and “cat”."],
  ];
  for (const [shares, words] of steps) assert.equal(said(shares), words);
  assert.equal(said({ "none of these": 0.5, dog: 0.4 }), "Perhaps “dog”, perhaps none of these.");
  assert.equal(said({ "none of these": 0.8, dog: 0.2 }), "None of these fits well.");
  assert.equal(said({ dog: 0.6, "none of these": 0.3 }), "“dog”, ahead of none of these.");
});

test("nothing is said of one label, beside an error, and of a guess", () => {
  assert.equal(said({ dog: 1 }), "");
  assert.equal(verdictOf(stateWith()), "");
  assert.equal(said({ dog: 0.9, cat: 0.1 }, { phase: "error" }), "");
  const taught = { concepts: ["dog"], names: {}, groups: {}, words: [], colours: [], shapes: [] };
  const by = { model: { kind: "built-in", name: "mini" }, taught: { mini: taught } };
  assert.equal(said({ dog: 0.99, quokka: 0.01 }, by), "Clearly “dog”.");
  assert.equal(said({ quokka: 0.99, dog: 0.01 }, by), "");
});

test("among the labels of an example, one's own picture is clearly nothing", () => {
  const examplesLabels = [
    ["tabby cat", "lynx"],
    ["dog", "cat", "fish"],
  ];
  const nearest = "Of the example's labels, “dog” is nearest.";
  assert.equal(said({ dog: 0.96, cat: 0.04 }, { examplesLabels }), nearest);
  assert.equal(
    said({ "none of these": 0.8, dog: 0.2 }, { examplesLabels }),
    "None of these fits well.",
  );
  const example = { blob: new Blob(), alt: "A dog", example: "dog.png" };
  assert.equal(
    said({ dog: 0.96, cat: 0.04 }, { examplesLabels, picture: example }),
    "Clearly “dog”.",
  );
  const labels = ["dog", "cat"];
  assert.equal(said({ dog: 0.96, cat: 0.04 }, { examplesLabels, labels }), "Clearly “dog”.");
});
