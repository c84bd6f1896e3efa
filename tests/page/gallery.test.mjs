// The gallery without a page: every picture is answered once a question, it stops and goes on, sorts and filters, and is written down.
import assert from "node:assert/strict";
import { test } from "node:test";
import { moduleOfPage } from "./page-module.mjs";

const { Gallery } = await moduleOfPage("gallery/gallery.ts");
const { csvOf, jsonOf } = await moduleOfPage("gallery/export.ts");
const { GlimpseError } = await import("../../web/dist/node/index.js");

const files = (...names) => names.map((name) => ({ file: new File([name], name), name }));
const request = (labels) => () => ({ labels, options: {} });

/** A classifier that says of each picture what `shares` says of its name, or throws it; a call waits for `given`. */
function classifierFor(shares, given = () => null) {
  const calls = [];
  return {
    calls,
    async classify({ name }, labels, { signal, onDecoded }) {
      calls.push(name);
      await given(name);
      signal.throwIfAborted();
      if (shares[name] instanceof Error) throw shares[name];
      onDecoded({ model: "mini" });
      const first = shares[name] ?? 0.5;
      const scores = labels.map((label, at) => ({ label, score: at === 0 ? first : 1 - first }));
      return scores.sort((one, other) => other.score - one.score);
    },
  };
}

/** A gallery, and a promise for when it does `activity`. */
function galleryWith(...names) {
  let changed = () => {};
  const gallery = new Gallery(() => changed());
  gallery.add(files(...names));
  const until = (met) =>
    new Promise((resolve) => {
      changed = () => met(gallery) && resolve();
      changed();
    });
  return { gallery, until, done: () => until(({ activity }) => activity === "done") };
}

test("nothing is asked without a model or labels; then every picture once, in its order", async () => {
  const { gallery, done } = galleryWith("a.png", "b.png");
  const classifier = classifierFor({});
  assert.equal(gallery.activity, "idle");
  gallery.ask(classifier, request([]));
  assert.deepEqual([gallery.activity, classifier.calls], ["idle", []]);
  gallery.ask(classifier, request(["dog", "cat"]));
  await done();
  assert.deepEqual(classifier.calls, ["a.png", "b.png"]);
  gallery.add(files("c.png"));
  await done();
  assert.deepEqual(
    classifier.calls,
    ["a.png", "b.png", "c.png"],
    "those that are answered are left",
  );
});

test("stopped it stays stopped, and goes on where it was", async () => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const { gallery, until, done } = galleryWith("a.png", "b.png", "c.png");
  const classifier = classifierFor({}, (name) => name === "b.png" && held);
  gallery.ask(classifier, request(["dog", "cat"]));
  await until(({ answered }) => answered === 1);
  gallery.stop();
  release();
  // A loop that went on would have asked about the third by the end of a call that begins after it.
  await classifier.classify({ name: "last" }, [], { signal: AbortSignal.any([]), onDecoded() {} });
  assert.deepEqual([gallery.activity, gallery.answered], ["stopped", 1]);
  assert.deepEqual(classifier.calls, ["a.png", "b.png", "last"]);
  gallery.resume();
  await done();
  assert.deepEqual(classifier.calls.slice(3), ["b.png", "c.png"]);
});

test("other labels are asked anew; until they are answered, what was said is out of date", async () => {
  const { gallery, done } = galleryWith("a.png", "b.png");
  const classifier = classifierFor({ "a.png": 0.9 });
  gallery.ask(classifier, request(["dog", "cat"]));
  await done();
  gallery.ask(classifier, request(["cow", "pig"]));
  assert.deepEqual(
    gallery.items.map((item) => gallery.isAnswered(item)),
    [false, false],
  );
  assert.equal(gallery.items[0].scores[0].label, "dog", "the old bars stay meanwhile");
  assert.equal(gallery.current()[0].scores, null, "and are not saved");
  await done();
  assert.equal(gallery.items[0].scores[0].label, "cow");
});

test("a picture that cannot be read says so in its place; a lost device stops the gallery", async () => {
  const { gallery, until, done } = galleryWith("a.png", "broken.jpg", "c.png");
  const broken = { "broken.jpg": new GlimpseError("decode", "no picture") };
  gallery.ask(classifierFor(broken), request(["dog", "cat"]));
  await done();
  assert.deepEqual(
    gallery.items.map(({ error }) => error?.code ?? null),
    [null, "decode", null],
  );
  assert.deepEqual(gallery.counts().errors, 1);
  const lost = { "broken.jpg": new GlimpseError("device-lost", "gone") };
  gallery.ask(classifierFor(lost), request(["dog", "cat"]));
  await until(({ activity }) => activity === "stopped");
  assert.equal(gallery.items[2].scores, null, "the rest would have met it too");
});

test("orders and filters; in a table and as JSON what the command line gives", async () => {
  const { gallery, done } = galleryWith("10.png", "9.png", "=1.png", "broken.jpg");
  const shares = { "10.png": 0.6, "9.png": 0.1, "=1.png": 0.95, "broken.jpg": new Error("cut") };
  gallery.ask(classifierFor(shares), request(["dog", "cat"]));
  await done();
  const names = (order, filter = "all") => gallery.view(order, filter).map(({ name }) => name);
  assert.deepEqual(names("added"), ["10.png", "9.png", "=1.png", "broken.jpg"]);
  assert.deepEqual(names("name"), ["=1.png", "9.png", "10.png", "broken.jpg"]);
  assert.deepEqual(names("surest"), ["=1.png", "9.png", "10.png", "broken.jpg"]);
  assert.deepEqual(names("least-sure"), ["10.png", "9.png", "=1.png", "broken.jpg"]);
  assert.deepEqual(names({ label: "cat" }), ["9.png", "10.png", "=1.png", "broken.jpg"]);
  assert.deepEqual(names("added", { label: "dog" }), ["10.png", "=1.png"]);
  assert.deepEqual(names("added", "errors"), ["broken.jpg"]);
  assert.deepEqual(names("added", "waiting"), []);

  const info = { model: "auto", device: "cpu" };
  const [head, first, , third, last] = csvOf(gallery.current(), ["dog", "cat"], info).split("\r\n");
  assert.equal(head, "\uFEFFfile,model,best label,probability,dog,cat,error");
  assert.equal(first, "10.png,mini,dog,0.6,0.6,0.4,");
  assert.match(third, /^"'=1\.png",/, "no name is a formula");
  assert.equal(last, "broken.jpg,,,,,,cut");
  const objects = JSON.parse(jsonOf(gallery.current(), info));
  assert.deepEqual(objects[3], { image: "broken.jpg", error: { kind: "unknown", message: "cut" } });
  assert.deepEqual([objects[0].model, objects[0].device], ["mini", "cpu"]);
});
