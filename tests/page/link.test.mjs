// The page's address: what is on screen comes back from it, only what differs is written, and no address gives what makes no sense.
import assert from "node:assert/strict";
import { test } from "node:test";
import { moduleOfPage } from "./page-module.mjs";

// An address that begins with a slash is one of the page's own site.
globalThis.document = { baseURI: "https://page.example/" };
const { fragmentOf, readFragment } = await moduleOfPage("address/link.ts");

const labels = ["tabby cat", "lynx"];
const opened = {
  labels,
  template: "a picture of a {}",
  model: { kind: "built-in", name: "auto" },
  none: false,
  unit: "probability",
  order: "score",
  lab: false,
  example: "cat",
  by: null,
};
const written = (change) => fragmentOf({ ...opened, ...change }, opened, labels);

test("an untouched page has no fragment; a change alone is written, readably", () => {
  assert.equal(written({}), "");
  assert.equal(
    written({ example: "apple", labels: ["an old phone", "C++ & 50 %, or a/b?"] }),
    "picture=apple&labels=an+old+phone,C%2B%2B+%26+50+%25%2C+or+a/b%3F",
  );
  assert.equal(
    written({ model: { kind: "address", address: "owner/name@v1" } }).includes("@v1"),
    true,
  );
});

test("what is on screen comes back from its fragment", () => {
  const states = [
    { labels: ["C++ & 50 %, or a/b?", "שלום 🍎", "a, b"], template: "the word {}", none: true },
    { unit: "cosine", order: "manual", lab: true, example: "apple-ipod" },
    { model: { kind: "built-in", name: "mini" }, template: "a photo of a {}" },
    { model: { kind: "address", address: "owner/name", hub: "https://mirror.example/x" } },
    { by: "mini", labels: ["=", "#", "%", "+"] },
  ];
  for (const state of states) {
    const read = readFragment(`#${written(state)}`);
    for (const [name, value] of Object.entries(state)) assert.deepEqual(read[name], value, name);
  }
});

/** Each with what is read of it. */
const broken = {
  "#": {},
  "#labels": {},
  "#labels=": {},
  "#labels=,,,": {},
  "#labels=%E0%A4%A": {},
  "#template=%": { template: "" },
  "#show=colour&order=upside-down&none=perhaps": { none: true },
  "#picture=../../secret": { example: "../../secret" },
  "#model=javascript:alert(1)": {},
  "#model=https://&hub=ftp://x": {},
  "#model=owner/name&hub=ftp://x": { model: { kind: "address", address: "owner/name" } },
  "#by=another&lab": { lab: true },
  "#=&=&&&a=b=c": {},
  "#<script>alert(1)</script>": {},
};

test("no address gives what makes no sense", () => {
  for (const [hash, read] of Object.entries(broken))
    assert.deepEqual(readFragment(hash), read, hash);
});

test("no address is read for longer than it is worth, and none leaves half a letter", () => {
  const [long] = readFragment(`#labels=${"x".repeat(50_000)}`).labels;
  assert.equal(long.length, 500);
  assert.equal(
    readFragment(`#labels=${Array.from({ length: 900 }, (_, at) => at).join(",")}`).labels.length,
    500,
  );
  const [cut, pear] = readFragment(
    `#labels=${"x".repeat(499)}${encodeURIComponent("🍎🍎")},pear`,
  ).labels;
  assert.deepEqual([cut, pear], [`${"x".repeat(499)}🍎`, "pear"]);
  assert.doesNotThrow(() => written({ labels: [cut] }));
});
