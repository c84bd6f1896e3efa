// What a caller gives that JavaScript would let through, and that would become something else, is a TypeError that says what is meant.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkClassifyOptions, checkCreateOptions, checkText } from "../../web/build/arguments.js";
import { scoringRequest } from "../../web/build/request.js";

const refused = (work, words) => assert.throws(work, { name: "TypeError", message: words });

test("a model in place of the options, and options that there are not", () => {
  refused(() => checkCreateOptions("photo"), /create\(\{ model: "photo" \}\)/);
  refused(() => checkCreateOptions({ modle: "photo" }), /no option "modle": there are model, /);
  refused(() => checkClassifyOptions({ template: "a {}" }), /called "hypothesisTemplate"/);
  refused(() => checkClassifyOptions({ top_k: 3 }), /called "topK"/);
  refused(() => checkCreateOptions(null), /must be an object, not null/);
  refused(() => checkClassifyOptions({ signal: 5 }), /signal must be an AbortSignal, not 5/);
  checkCreateOptions({ model: "photo", signal: undefined });
  checkClassifyOptions({ signal: new AbortController().signal, topK: 1 });
});

test("labels, templates and texts that are no strings", async () => {
  const asked = (labels, options = {}) => scoringRequest(labels, options, "mini");
  const rejected = (work, words) =>
    assert.rejects(work, (error) => error instanceof TypeError && words.test(error.message));
  await rejected(asked(["a dog", 7]), /labels must be strings; number 2 is 7/);
  await rejected(asked([null]), /number 1 is null/);
  await rejected(asked(["a dog"], { hypothesisTemplate: 5 }), /number 1 is 5/);
  await rejected(asked(["a dog"], { hypothesisTemplate: ["{}", {}] }), /number 2 is an object/);
  await rejected(asked(["a dog"], { noneOfThese: ["x", new Map()] }), /number 2 is a Map/);
  refused(() => checkText(5, "text"), /text must be a string, not 5/);
  assert.deepEqual(await asked(["a dog"], { hypothesisTemplate: "a photo of {}", topK: 1 }), {
    labels: { kind: "texts", labels: ["a dog"], templates: ["a photo of {}"] },
    fillers: null,
    topK: 1,
  });
});
