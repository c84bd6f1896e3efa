// What the built-in models were taught: the lists that travel with them, labels told from guesses, and the fillers made of it.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { builtInLabels } from "../../web/build/built-in/labels.js";
import { fillersFor } from "../../web/build/built-in/fillers.js";
import { setHost } from "../../web/build/shared/host.js";
import { fetchWithFiles } from "../../web/build/node/file-fetch.js";
import { conceptsIn, isTaught } from "../../web/build/built-in/taught.js";
import { COMMON_THINGS, usualFillers } from "../../web/build/built-in/usual-fillers.js";
import { packageFolder, readJson } from "../browser/places.mjs";
import { asBundled } from "./as-bundled.mjs";

const asked = [];
before(() => {
  const fetch = (url, init) => (asked.push(url), fetchWithFiles(asBundled(url), init));
  setHost({ baseUrl: () => "https://page.example/", fetch, startWorker: null });
});

/** Lists that only these tests know, so that the rules are tested and not the training. */
const drawings = {
  concepts: ["dog", "ice cream", "wolf", "cherry", "knife", "fish", "mouse", "bus", "t-shirt"],
  names: { puppy: "dog", "french fries": "fries" },
  groups: {},
  fillers: [],
  words: ["ipod", "library"],
  colours: ["red", "blue"],
  shapes: ["star", "circle"],
};
const photographs = {
  concepts: [
    "Siberian Husky",
    "husky",
    "tabby cat",
    "Siamese cat",
    "kite (bird of prey)",
    "T-shirt",
  ],
  names: { tiger: "tabby cat", jersey: "T-shirt", "mortar and pestle": "T-shirt" },
  groups: { dog: [0, 1], "sled dog": [0, 1], cat: [2, 3], "domestic animal": [0, 1, 2, 3] },
  fillers: ["dog", "Siamese cat", "tiger", "T-shirt"],
  words: [],
  colours: [],
  shapes: [],
};
const known = [
  [
    drawings,
    [
      ...["dog", "Dog", "a dog", "the dog", "dogs", "two dogs", "5 dogs", "puppies", "ice  creams"],
      ...[
        "wolves",
        "cherries",
        "three knives",
        "fish",
        "four mice",
        "buses",
        "t-shirts",
        "t shirt",
      ],
      ...["a red star", "blue circles", "two red stars", "iPod", "“iPod”", "dog."],
      ...[
        "a drawing of a dog",
        "a photo of the small dog",
        "this is a wolf",
        "a dog in a video game",
      ],
      ...[
        "dog and wolf",
        "a dog and a red star",
        "a bus to the left of a fish",
        "fish above a mouse",
      ],
      ...["the word ipod", "a sign that says library", "a dog with the word ipod on it"],
    ],
  ],
  [
    photographs,
    [
      ...["husky", "Husky", "a siberian husky", "Siberian Huskies", "two huskies", "many huskies"],
      ...["This is a Husky.", "this is a husky", "a photo of a husky", "photo of a Siberian-Husky"],
      ...["a bad photo of the husky", "a close-up photo of a husky", "itap of my husky"],
      ...["a low resolution photo of a husky", "a photo of many huskies", "a drawing of a husky"],
      ...["a photo of the hard to see husky", "a husky in a video game", "there is a husky here"],
      ...["dog", "dogs", "a sled dog", "cats", "domestic animals", "a photo of one dog"],
      ...["tiger", "T-shirts", "t shirt", "mortar and pestle", "a photo of a photo of a dog"],
      ...["kite (bird of prey)", "a kite"],
    ],
  ],
];
const strange = [
  [
    drawings,
    [
      ...[
        "zebra",
        "a zebra",
        "green star",
        "red",
        "red dog",
        "star",
        "six dogs",
        "dogged",
        "dog house",
      ],
      ...["dog and zebra", "dog and wolf and fish", "the word zebra", "this is"],
      ...[
        "a zebra with the word ipod on it",
        "a drawing of a zebra",
        "a drawing of",
        "toString",
        "",
      ],
    ],
  ],
  [
    photographs,
    [
      ...["zebra", "a red husky", "a husky in the snow", "husky and cat", "dogged", "the word dog"],
      ...["a photo of a", "a photo of", "this is", "photo", "toString", "constructor", "", "bird"],
    ],
  ],
];

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

test("isTaught knows articles, plurals, numbers and sentences, of drawings pairs and words, of photographs groups", () => {
  const wrong = (lists, right) =>
    lists.flatMap(([list, labels]) => labels.filter((label) => isTaught(label, list) !== right));
  assert.deepEqual(wrong(known, true), []);
  assert.deepEqual(wrong(strange, false), []);
});

test("of the tutorial's labels and everyday words the real list has what they name", async () => {
  const taught = await builtInLabels("mini-photo");
  const labels = [
    ...[
      "This is a Husky",
      "This is a German Shepherd",
      "a samoyed",
      "an espresso",
      "Granny Smiths",
    ],
    ...["dog", "cats", "bird", "vehicle", "musical instrument", "a pizza", "toaster", "iPod"],
  ];
  assert.deepEqual(
    labels.filter((label) => !isTaught(label, taught)),
    [],
  );
  for (const label of ["photosynthesis", "Barack Obama", "a red car", "people on a beach"])
    assert.equal(isTaught(label, taught), false, label);
});

test("a label names its things, a group all that are in it", () => {
  const named = (label) => [...conceptsIn(label, photographs)].sort();
  assert.deepEqual(named("a photo of a dog"), ["Siberian Husky", "husky"]);
  assert.deepEqual(named("a girl with a husky and two cats"), [
    "Siamese cat",
    "husky",
    "tabby cat",
  ]);
  assert.deepEqual(named("a siberian husky"), ["Siberian Husky"]);
  assert.deepEqual(named("a zebra"), []);
  assert.deepEqual([...conceptsIn("a dog with a cherry", drawings)].sort(), ["cherry", "dog"]);
});

test("the usual fillers leave out what the labels name", async () => {
  const [mini, photo] = await Promise.all([builtInLabels(), builtInLabels("mini-photo")]);
  const left = (list, from) => from.filter((thing) => !list.includes(thing)).sort();
  const ofMini = (labels) => left(usualFillers(mini, labels), mini.concepts);
  assert.deepEqual(ofMini(["two puppies", "a hot dog", "an apple and a zebra"]), [
    "apple",
    "dog",
    "hot dog",
  ]);
  assert.deepEqual(ofMini(["a cat with a hat on a chair"]), ["cat", "chair", "hat"]);
  // A filler that shares a class with a label goes: a group for one of its own, a name for its group.
  const ofPhotographs = (labels) => left(usualFillers(photographs, labels), photographs.fillers);
  assert.deepEqual(ofPhotographs(["This is a Husky", "a zebra"]), ["dog"]);
  assert.deepEqual(ofPhotographs(["cats"]), ["Siamese cat", "tiger"]);
  assert.deepEqual(ofPhotographs(["domestic animal"]), ["Siamese cat", "dog", "tiger"]);
  assert.ok(photo.fillers.length > 100 && photo.fillers.every((filler) => isTaught(filler, photo)));
  const others = usualFillers(null, ["my dogs", "Catamaran", "night sky"]);
  assert.deepEqual(left(others, COMMON_THINGS), ["dog", "night sky", "sky"]);
  assert.deepEqual(await fillersFor("mini", ["a dog"]), usualFillers(mini, ["a dog"]));
  assert.deepEqual(await fillersFor("mini-photo", ["a dog"]), usualFillers(photo, ["a dog"]));
  assert.deepEqual(await fillersFor("photo", ["a dog"]), usualFillers(null, ["a dog"]));
  await assert.rejects(fillersFor("auto", ["a dog"]), { code: "unsupported-model" });
});
