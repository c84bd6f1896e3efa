// What the built-in models were taught: the lists that travel with them, labels told from guesses, and the fillers made of it.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { builtInLabels } from "../../web/build/built-in/labels.js";
import { fillersFor } from "../../web/build/built-in/fillers.js";
import { setHost } from "../../web/build/shared/host.js";
import { fetchWithFiles } from "../../web/build/node/file-fetch.js";
import { conceptsIn, isTaught } from "../../web/build/built-in/taught.js";
import { COMMON_THINGS, usualFillers } from "../../web/build/built-in/usual-fillers.js";
import { packageFolder, readJson, root } from "../browser/places.mjs";
import { asBundled } from "./as-bundled.mjs";

const asked = [];
before(() => {
  const fetch = (url, init) => (asked.push(url), fetchWithFiles(asBundled(url), init));
  setHost({ baseUrl: () => "https://page.example/", fetch, startWorker: null });
});

/** Labels that Rust's tests ask about too; its lists are known to tests alone, so that the rules are tested and not the training. */
const { lists, cases, fillers } = readJson(root, "crates/classifier/src/taught/cases.json");
const listOf = async (name) => lists[name] ?? (await builtInLabels(name));

test("builtInLabels gives the list that travels with each model, with all fields, and fetches it once", async () => {
  const lists = await Promise.all([
    builtInLabels(),
    builtInLabels("mini"),
    builtInLabels("mini-photo"),
  ]);
  const [mini, , photo] = lists;
  assert.equal(lists[1], mini);
  assert.equal(asked.filter((url) => url.endsWith("labels.json")).length, 2);
  const read = (name) => readJson(packageFolder, "models", name, "labels.json");
  assert.deepEqual(mini, { groups: {}, fillers: [], ...read("mini") });
  assert.deepEqual(photo, { words: [], colours: [], shapes: [], ...read("mini-photo") });
  assert.equal(photo.concepts.length, 1000);
  for (const { concepts, names } of lists)
    for (const concept of Object.values(names)) assert.ok(concepts.includes(concept), concept);
  for (const [group, places] of Object.entries(photo.groups))
    assert.ok(places.length > 0 && places.every((place) => place in photo.concepts), group);
  await assert.rejects(builtInLabels("photo"), { name: "TypeError" });
});

test("labels are told from guesses and name what they do in Rust, of drawings pairs and words, of photographs groups", async () => {
  for (const [name, asked] of Object.entries(cases)) {
    const list = await listOf(name);
    for (const { label, taught, concepts } of asked) {
      assert.equal(isTaught(label, list), taught, `${name}: ${label}`);
      if (concepts) assert.deepEqual([...conceptsIn(label, list)].sort(), concepts, label);
    }
  }
});

test("the usual fillers leave out what the labels name, as in Rust", async () => {
  for (const { list, labels, without } of fillers) {
    const taught = list && (await listOf(list));
    const [all, left] = [usualFillers(taught, []), usualFillers(taught, labels)];
    const missing = all.filter((filler) => !left.includes(filler));
    assert.deepEqual(missing.sort(), without.toSorted(), String(labels));
    assert.equal(left.length + missing.length, all.length);
  }
  const [mini, photo] = await Promise.all([builtInLabels(), builtInLabels("mini-photo")]);
  assert.deepEqual(usualFillers(mini, []), mini.concepts);
  assert.ok(photo.fillers.length > 100 && photo.fillers.every((filler) => isTaught(filler, photo)));
  assert.deepEqual(await fillersFor("mini", ["a dog"]), usualFillers(mini, ["a dog"]));
  assert.deepEqual(await fillersFor("mini-photo", ["a dog"]), usualFillers(photo, ["a dog"]));
  assert.deepEqual(usualFillers(null, []), COMMON_THINGS);
  assert.deepEqual(await fillersFor("photo", ["a dog"]), usualFillers(null, ["a dog"]));
  await assert.rejects(fillersFor("auto", ["a dog"]), { code: "unsupported-model" });
});
