// What the lab's functions are given that JavaScript would let through, and that would become something else, is a TypeError.
import assert from "node:assert/strict";
import { test } from "node:test";
import { grantAccess } from "../../web/build/client/worker-access.js";
import { sweepText } from "../../web/build/lab/client/check-attack.js";
import { specText } from "../../web/build/lab/client/check-spec.js";
import { defend } from "../../web/build/lab/client/defend.js";
import { explain, explainLabels } from "../../web/build/lab/client/explain.js";
import { headShares } from "../../web/build/lab/client/head-shares.js";
import { letter } from "../../web/build/lab/client/letter.js";
import { occlude } from "../../web/build/lab/client/occlude.js";
import { reportHtml } from "../../web/build/lab/client/report-html.js";
import { textDirections } from "../../web/build/lab/client/text-directions.js";

const refused = (work, words) => assert.throws(work, { name: "TypeError", message: words });
const rejected = (promise, words) =>
  assert.rejects(promise, (error) => {
    assert.equal(error.name, "TypeError", error.message);
    assert.match(error.message, words);
    return true;
  });

test("a spec's fields, and those that there are not", () => {
  refused(() => specText("iPod"), /lettering spec must be an object, not iPod/);
  refused(() => specText(null), /lettering spec must be an object, not null/);
  refused(
    () => specText({ text: "iPod" }),
    /no field of a lettering spec "text": there are word, /,
  );
  refused(() => specText({ word: 5 }), /word must be a string, not 5/);
  refused(() => specText({ word: "a", height: "16%" }), /height must be a number, not 16%/);
  refused(() => specText({ word: "a", x: NaN }), /x must be a number, not NaN/);
  refused(() => specText({ word: "a", paper: "card" }), /paper must be one of none, note, tape/);
  refused(() => specText({ word: "a", paper: "toString" }), /paper must be one of/);
  refused(() => specText({ word: "a", ink: 0xff0000 }), /ink must be a colour such as/);
  refused(() => specText({ word: "a", copies: 1.5 }), /copies must be a non-negative integer/);
  refused(() => specText({ word: "a", seed: -1 }), /seed must be a non-negative integer/);
  refused(() => specText({ word: "a", mirror: 1 }), /mirror must be a boolean, not 1/);
  // What is left out, or undefined, gets its default in Rust.
  assert.equal(
    specText({ word: "猫", font: undefined, ink: null, paperColour: "#ffee99", height: 0.2 }),
    '{"word":"猫","ink":null,"paperColour":"#ffee99","height":0.2}',
  );
});

test("what letter takes beside the spec", async () => {
  const blob = new Blob(["no picture"]);
  const spec = { word: "iPod" };
  await rejected(letter(blob, spec, { size: 0 }), /size must be an integer from 1 to 4096/);
  await rejected(letter(blob, spec, { size: 5000 }), /size .* not 5000/);
  await rejected(letter(blob, spec, { sise: 64 }), /no option "sise": there are classifier, size/);
  await rejected(letter(blob, spec, { classifier: {} }), /must be a Classifier, .* not an object/);
  await rejected(
    letter(blob, spec, { classifier: {}, workerUrl: "./worker.js" }),
    /leave out wasmUrl and workerUrl/,
  );
  await rejected(letter(blob, spec, { signal: 5 }), /signal must be an AbortSignal, not 5/);
});

test("labels to explain, squares to grey, and what is no classifier", async () => {
  const blob = new Blob([]);
  const known = {};
  grantAccess(known, () => assert.fail("it was let through"));
  await rejected(explain(known, blob, 5), /label must be a string, not 5/);
  await rejected(explain(known, blob, ["a dog"]), /label must be a string, not an Array/);
  await rejected(explain(known, blob, "a dog", 5), /against must be a string, not 5/);
  await rejected(explain(known, blob, "a dog", "a dog"), /label and against are both "a dog"/);
  await rejected(explain(known, blob, "a dog", null, { template: "{}" }), /"hypothesisTemplate"/);
  await rejected(explainLabels(known, blob, "a dog"), /labels must be an array of strings/);
  // The classifier forgotten: that, and not the label that has slid into another's place, is what is wrong.
  await rejected(explain(blob, "a dog"), /classifier must be a Classifier, .* not a Blob/);
  await rejected(explain(null, blob, "a dog", null), /classifier must be a Classifier/);
  await rejected(occlude({}, blob, "a dog", null, { cell: 0 }), /cell must be a positive integer/);
  await rejected(occlude({}, blob, "a dog", null, { cell: 1.5 }), /not 1.5/);
  await rejected(headShares({}, blob, "everywhere"), /corners must be an array, not everywhere/);
  await rejected(textDirections({}, blob, "word"), /words must be an array, not word/);
  await rejected(
    textDirections({}, blob, ["word"], { count: 0 }),
    /count must be a positive integer/,
  );
});

test("defences that there are not", async () => {
  const tried = (defence) => defend({}, new Blob([]), ["a dog"], defence);
  await rejected(
    tried(undefined),
    /kind must be one of none, erase, mirror, heads, .* not undefined/,
  );
  await rejected(tried({ kind: "pray" }), /not pray/);
  await rejected(tried("mirror"), /a defence is an object, as in { kind: "mirror" }/);
  await rejected(
    tried({ kind: "mirror", gate: 1 }),
    /no field of a defence of kind "mirror" "gate"/,
  );
  await rejected(tried({ kind: "erase", gate: "high" }), /gate must be a number, not high/);
  await rejected(tried({ kind: "erase", boxes: {} }), /boxes must be an array, not an object/);
  await rejected(tried({ kind: "heads", heads: 4 }), /heads must be an array, not 4/);
  await rejected(tried({ kind: "explain-away", words: "iPod" }), /words must be an array/);
  await rejected(
    tried({ kind: "explain-away", words: [5] }),
    /words must be strings; number 1 is 5/,
  );
  await rejected(tried({ kind: "project" }), /basis must be an array, not undefined/);
  await rejected(tried({ kind: "erase", gate: null }), /classifier must be a Classifier/);
});

test("a sweep's options", async () => {
  const given = { word: "iPod", labels: ["apple", "iPod"] };
  refused(() => sweepText(undefined), /options must be an object, not undefined/);
  refused(() => sweepText({ labels: ["a"] }), /word must be a string, not undefined/);
  refused(() => sweepText({ word: "a", labels: "a, b" }), /labels must be an array of strings/);
  refused(() => sweepText({ ...given, target: 1 }), /target must be a string, not 1/);
  refused(() => sweepText({ ...given, heights: 0.1 }), /heights must be an array of numbers/);
  refused(
    () => sweepText({ ...given, heights: [0.1, "b"] }),
    /heights must be an array of numbers/,
  );
  refused(() => sweepText({ ...given, fonts: "sans" }), /fonts must be an array, not sans/);
  refused(() => sweepText({ ...given, positions: -3 }), /positions must be a non-negative integer/);
  refused(() => sweepText({ ...given, flip: "no" }), /flip must be a boolean, not no/);
  refused(() => sweepText({ ...given, spec: { colour: "red" } }), /"colour": there are word/);
  refused(() => sweepText({ ...given, templates: [] }), /no option "templates"/);
  assert.deepEqual(JSON.parse(sweepText({ ...given, hypothesisTemplate: "a {}", limit: 9 })), {
    word: "iPod",
    labels: ["apple", "iPod"],
    templates: ["a {}"],
    spec: {},
    limit: 9,
  });
  await rejected(reportHtml("report.json"), /report must be a report, .* not report.json/);
});
