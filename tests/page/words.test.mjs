// The page's sentences: what is going on, how long it took, what the numbers can say, what a download means, what went wrong.
import assert from "node:assert/strict";
import { test } from "node:test";
import { moduleOfPage, plain, stateWith } from "./page-module.mjs";

const words = await moduleOfPage("core/words.ts");
const amounts = await moduleOfPage("core/amounts.ts");
const templates = await moduleOfPage("core/templates.ts");
const { meaning } = await moduleOfPage("core/weigh.ts");
const { problemOf } = await moduleOfPage("core/problems.ts");

const address = { kind: "address", address: "owner/name" };
const taught = { concepts: ["dog"], names: {}, groups: {}, words: [], colours: [], shapes: [] };
const byPhoto = {
  model: { kind: "built-in", name: "mini-photo" },
  taught: { "mini-photo": taught },
};

test("amounts as people read them", () => {
  const sizes = [94e6, 1_699_000_000, 999_499_999, 999_500_000, 4_210_000];
  assert.deepEqual(
    sizes.map((bytes) => plain(amounts.size(bytes))),
    ["94 MB", "1.7 GB", "999 MB", "1.0 GB", "4.2 MB"],
  );
  assert.deepEqual([3, 40, 70, 170, 3590, 9000].map(amounts.wait), [
    "a few seconds",
    "less than a minute",
    "about a minute",
    "about 3 minutes",
    "about an hour",
    "about 3 hours",
  ]);
  assert.deepEqual(
    [amounts.count(1, "picture"), amounts.count(1500, "patch", "patches")],
    ["1 picture", "1,500 patches"],
  );
});

test("while a model comes, how far it is; when it is there, what to do or nothing", () => {
  const progress = { phase: "download", loaded: 94e6, total: 188e6, model: "x", fromCache: false };
  const said = (change) => plain(words.statusOf(stateWith(change)));
  const loading = { phase: "loading", info: null, model: address };
  assert.equal(said(loading), "Loading owner/name…");
  assert.equal(
    said({ ...loading, progress, secondsLeft: 70 }),
    "Downloading owner/name: 94 MB of 188 MB, about a minute left",
  );
  assert.match(said({ ...loading, progress: { ...progress, fromCache: true } }), /^Loading owner/);
  assert.match(said({ ...loading, progress: { ...progress, phase: "compile" } }), /graphics card/);
  assert.match(said({ ...loading, progress: { ...progress, phase: "verify" } }), /already here/);
  assert.match(
    said({ phase: "loading", progress: { ...progress, model: "mini" } }),
    /^Loading the built-in model for drawings: /,
  );
  assert.equal(said({ halt: { why: "paused", words: "Paused." } }), "Paused.");
  assert.equal(said({}), "");
  assert.equal(said({ phase: "working" }), "", "a fast answer does not flicker");
  assert.equal(said({ phase: "working", slow: true }), "Looking…");
  assert.match(said({ labels: [] }), /^Type what/);
  assert.equal(
    plain(words.pausedWords(stateWith({ progress }))),
    "Paused at 94 MB of 188 MB. What has arrived stays here.",
  );
});

test("how long the last answer took, where that means something", () => {
  const took = (change) => words.tookWords(stateWith(change));
  assert.equal(took({ milliseconds: 0.2 }), "1 ms on your CPU");
  assert.equal(took({ milliseconds: 1234, info: { device: "gpu" } }), "1.2 s on your GPU");
  for (const change of [{}, { milliseconds: 5, phase: "error" }, { milliseconds: 5, camera: true }])
    assert.equal(took(change), "");
});

test("what the numbers cannot say: a single label, none of these, guesses", () => {
  const hint = (change) => words.hintOf(stateWith(change));
  assert.equal(hint({}), "");
  assert.match(hint({ labels: ["dog"] }), /^A single label always gets 100 %/);
  assert.match(
    hint({ none: true, labels: ["dog"] }),
    /^None of these: the share of all other things/,
  );
  assert.match(hint({ none: true, model: address }), /some eighty everyday things/);
  assert.match(hint({ ...byPhoto, labels: ["dog", "quokka"] }), /^Marked “guess”.*photographs/);
  assert.equal(words.caveatOf(stateWith(byPhoto), "dog"), "");
  assert.match(words.caveatOf(stateWith(byPhoto), "quokka"), /was not taught this label/);
  assert.equal(words.caveatOf(stateWith({ model: address }), "quokka"), "", "nobody can tell");
});

test("a larger model is offered for a photograph whose labels are mostly guesses, until it is declined", () => {
  const offered = (change) => words.offersMore(stateWith({ ...byPhoto, ...change }));
  assert.equal(offered({ labels: ["quokka", "wombat", "dog"] }), true);
  assert.equal(offered({ labels: ["quokka", "dog"] }), false);
  assert.equal(offered({ labels: ["quokka", "wombat"], offers: false }), false);
  const drawn = { model: { kind: "built-in", name: "mini" }, taught: { mini: taught } };
  assert.equal(offered({ labels: ["quokka", "wombat"], ...drawn }), false);
});

test("which built-in model answered, and what the button beside that does", () => {
  const { picture } = stateWith();
  const answered = { picture, scores: [{ label: "dog", score: 1 }] };
  const auto = { ...answered, answerer: { builtIn: "mini-photo", blob: picture.blob } };
  assert.equal(words.answererWords(stateWith(auto)), "Answered by the built-in for photographs");
  assert.equal(words.answererChange(stateWith(auto)), "Use the one for drawings");
  const chosen = {
    ...answered,
    chosen: new Map([[picture.blob, "mini"]]),
    answerer: { builtIn: "mini", blob: picture.blob },
  };
  assert.match(words.answererWords(stateWith(chosen)), /drawings, as you chose$/);
  assert.equal(words.answererChange(stateWith(chosen)), "Back to automatic");
  const earlier = { ...answered, answerer: { builtIn: "mini", blob: new Blob() } };
  assert.equal(words.answererWords(stateWith(earlier)), "", "that was another picture");
  assert.equal(words.answererWords(stateWith({ ...auto, model: byPhoto.model })), "");
});

test("a link's model is named with the host that it would come from", () => {
  const said = (asked) => words.askedWords(stateWith({ asked }));
  assert.match(said(address), /owner\/name, to be fetched from huggingface\.co\.$/);
  assert.match(said({ ...address, hub: "https://mirror.example" }), /from mirror\.example\.$/);
  assert.match(said({ kind: "address", address: "https://a.example/m" }), /from a\.example\.$/);
  assert.equal(said(null), "");
});

test("a template without a place for the label is complained of; any other is shown as the model reads it", () => {
  for (const good of ["", "  ", "imagenet", "a {}", "{}"])
    assert.equal(templates.templateComplaint(good), "", good);
  assert.match(templates.templateComplaint("no place"), /Put \{\} where/);
  const read = (template) => plain(templates.templatePreview(stateWith({ template })));
  assert.equal(read("a {} and a {}"), "The model reads: “a dog and a dog”");
  assert.equal(read(""), "The model reads: “dog”");
  assert.match(read("imagenet"), /“itap of a dog\.”.*five more/);
  assert.equal(templates.templatePreview(stateWith({ labels: [] })), "");
});

test("what a download means on this device", () => {
  const said = (bytes, device) => plain(meaning(bytes, device).join(" "));
  const unknown = { memory: undefined, free: undefined };
  assert.match(said(1.7e9, unknown), /1\.7 GB, once.*2\.5 GB of memory: a computer with 8 GB/);
  assert.match(said(605e6, { memory: 8, free: 1e9 }), /which this device has\. 1\.0 GB are free/);
  assert.match(said(605e6, { memory: 2, free: 1e8 }), /close other programs.*Only 100 MB are free/);
  assert.match(said(605e6, { memory: 1, free: 1e9 }), /it may well not fit/);
});

test("an error of the package has a title and a way out; any other is told as it is", () => {
  const { code, detail, remedy } = problemOf(new Error("boom"));
  assert.deepEqual([code, detail, remedy], ["unknown", "boom", "retry"]);
  assert.equal(problemOf("thrown").detail, "thrown");
});
