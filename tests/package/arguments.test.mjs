// What a caller gives that JavaScript would let through, and that would become something else, is a TypeError that says what is meant.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkClassifyOptions,
  checkCreateOptions,
  checkSuggestOptions,
} from "../../web/build/client/check-options.js";
import { checkText } from "../../web/build/shared/arguments.js";
import { setHost } from "../../web/build/shared/host.js";
import { scoringMessage } from "../../web/build/client/scoring-message.js";
import { setupOf } from "../../web/build/client/session.js";

setHost({ baseUrl: () => "https://page.example/", fetch, startWorker: null });

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

test("labels, templates and texts that are no strings", () => {
  const asked = scoringMessage;
  refused(() => asked(["a dog", 7], {}), /labels must be strings; number 2 is 7/);
  refused(() => asked([null], {}), /number 1 is null/);
  refused(() => asked(["a dog"], { hypothesisTemplate: 5 }), /number 1 is 5/);
  refused(() => asked(["a dog"], { hypothesisTemplate: ["{}", {}] }), /number 2 is an object/);
  refused(() => asked(["a dog"], { noneOfThese: ["x", new Map()] }), /number 2 is a Map/);
  refused(() => asked(["a dog"], { noneOfThese: ["a dog"] }), /no text that is not among/);
  refused(() => asked(["a dog"], { topK: 0 }), /topK must be a positive integer, not 0/);
  refused(() => checkText(5, "text"), /text must be a string, not 5/);
  const options = { hypothesisTemplate: "a photo of {}", topK: 1, builtIn: "mini" };
  const labels = { kind: "texts", labels: ["a dog"], templates: ["a photo of {}"] };
  const plain = { labels, fillers: null, topK: 1, builtIn: "mini" };
  assert.deepEqual(asked(["a dog"], options), plain);
  // Which model answers is not known here: its usual fillers are found where it is.
  const usual = { kind: "usual", beside: ["a dog"], templates: ["a photo of {}"] };
  const withNone = asked(["a dog"], { ...options, noneOfThese: true });
  assert.deepEqual(withNone, { ...plain, fillers: usual });
});

test("built-in models that there are not, and what needs one model by its name", () => {
  refused(
    () => checkClassifyOptions({ builtIn: "auto" }),
    /builtIn must be "mini" or "mini-photo", not auto/,
  );
  refused(() => checkSuggestOptions({ topK: 1, builtIn: 5 }), /builtIn must be .* not 5/);
  refused(() => checkSuggestOptions({ labels: [] }), /no option "labels": there are topK, builtIn/);
  refused(() => setupOf({ preload: "photo" }), /preload must be .* not photo/);
  assert.deepEqual(setupOf({}).ask.preload, []);
  assert.deepEqual(setupOf({ preload: "mini" }).ask.preload, ["mini"]);
  assert.deepEqual(setupOf({ preload: ["mini", "mini-photo", "mini"] }).ask.preload, [
    "mini",
    "mini-photo",
  ]);
  assert.throws(() => setupOf({ loadTextTower: false }), {
    code: "unsupported-model",
    message: /a pack belongs to one model/,
  });
  assert.equal(setupOf({ model: "mini", loadTextTower: false }).ask.loadTextTower, false);
});
