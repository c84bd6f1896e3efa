// Sweeps in the browser: progress, an abort and a resume that change nothing, clear refusals, and the report as a file.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { withBrowser } from "./harness.mjs";
import { root } from "./places.mjs";

const world = await withBrowser();
const examples = path.join(root, "www", "examples");
world.server.mount("/examples/", examples);
const options = {
  word: "dog",
  labels: ["apple", "dog", "house", "star"],
  heights: [0.08, 0.16, 0.22, 0.32],
  positions: 2,
  limit: 90,
};

/** Runs `body` in a page with the built-in model on the CPU, and gives what it returns. */
async function withMini(body) {
  let result;
  await world.onPage(async (page) => {
    await page.evaluate(async () => {
      globalThis.classifier = await harness.Classifier.create({ model: "mini", device: "cpu" });
    });
    result = await page.evaluate(body, { options });
    await page.evaluate(() => classifier.dispose());
  });
  return result;
}

test("a sweep that is cut and resumed gives the uncut one's report; live calls get in between", async () => {
  const seen = await withMini(async ({ options }) => {
    const images = ["/examples/apple.png", "/examples/dog.png"];
    const progress = [];
    let kept;
    const ending = new AbortController();
    const cut = await harness.attempt(
      harness.attack(classifier, images, {
        ...options,
        signal: ending.signal,
        onProgress: ({ done, expected, state }) => {
          kept = state;
          if (done > 0 && done < expected) ending.abort();
        },
      }),
    );
    // After the cut one: what a picture embeds to is remembered, and a second sweep is over at once.
    const uncut = await harness.attack(classifier, images, {
      ...options,
      onProgress: ({ done, expected, secondsLeft }) => progress.push([done, expected, secondsLeft]),
    });
    const order = [];
    const first = [];
    const resuming = harness
      .attack(classifier, images, {
        ...options,
        resume: JSON.parse(JSON.stringify(structuredClone(kept))),
        onProgress: ({ done }) => first.push(done),
      })
      .then((report) => (order.push("report"), report));
    await classifier.embedText("in between").then(() => order.push("text"));
    const resumed = await resuming;
    const otherWord = { ...options, word: "house", resume: kept };
    return {
      uncut,
      resumed,
      progress,
      cut: cut.code,
      kept: Object.keys(kept.answers).length,
      first: first[0],
      order,
      other: await harness.attempt(harness.attack(classifier, images, otherWord)),
      info: classifier.info,
    };
  });
  const { uncut, resumed } = seen;
  assert.equal(seen.cut, "aborted");
  assert.ok(seen.kept > 0 && seen.kept < uncut.variants.length);
  assert.equal(seen.first, seen.kept, "what was kept is not done again");
  const dated = (report) => ({ ...report, provenance: { ...report.provenance, date: "" } });
  assert.deepEqual(dated(resumed), dated(uncut));
  assert.deepEqual(seen.order, ["text", "report"]);
  assert.equal(seen.other.code, "lettering");
  assert.match(seen.other.message, /not the same options/);
  const last = seen.progress.at(-1);
  assert.equal(last[0], last[1]);
  assert.equal(last[0], uncut.variants.length);
  assert.equal(seen.progress[0][2], null);
  assert.ok(seen.progress.every(([done], at) => at === 0 || done >= seen.progress[at - 1][0]));

  assert.equal(uncut.format, "glimpse-attack/1");
  assert.equal(uncut.finished, true);
  assert.equal(uncut.target, "dog");
  const sha256 = (file) =>
    createHash("sha256")
      .update(readFileSync(path.join(examples, file)))
      .digest("hex");
  assert.deepEqual(
    uncut.pictures,
    ["apple.png", "dog.png"].map((name) => ({ name, sha256: sha256(name) })),
  );
  const { provenance } = uncut;
  assert.deepEqual(
    [provenance.model, provenance.device, provenance.fingerprint, provenance.imageSize],
    ["mini", "cpu", seen.info.fingerprint, seen.info.imageSize],
  );
  assert.ok(provenance.logitScale > 1);
  assert.ok(provenance.fonts.some(({ name }) => name === "sans"));
  const [apple, dog] = uncut.figures.pictures;
  assert.deepEqual([apple.standing, dog.standing], ["counted", "already-target"]);
  const { targeted, net } = uncut.figures.contents.find(
    ({ content }) => content === "word",
  ).outcome;
  assert.ok(targeted.of > 0 && targeted.low <= targeted.rate && targeted.rate <= targeted.high);
  assert.ok(net.pairs > 0);
  const own = uncut.variants.filter(({ picture }) => picture === 0);
  assert.ok(own.length <= options.limit);
  for (const { answer } of own) {
    const sum = answer.scores.reduce((total, score) => total + score, 0);
    assert.ok(Math.abs(sum - 1) < 1e-4);
    assert.equal(answer.cosines.length, options.labels.length);
  }
});

test("what a sweep cannot be made of is told", async () => {
  const seen = await withMini(async ({ options }) => {
    const image = await harness.picture("/examples/apple.png");
    const attack = (changes, images = image) =>
      harness.attempt(harness.attack(classifier, images, { ...options, ...changes }));
    return {
      noWord: await attack({ word: " " }),
      noLabels: await attack({ labels: [] }),
      oneLabel: await attack({ labels: ["dog"] }),
      emptyLabel: await attack({ labels: ["dog", ""] }),
      notAmong: await attack({ labels: ["apple", "pear"] }),
      target: await attack({ target: "pear" }),
      height: await attack({ heights: [3] }),
      positions: await attack({ positions: 10 }),
      control: await attack({ word: "d\u0007og", target: "dog" }),
      template: await attack({ hypothesisTemplate: "no gap" }),
      damaged: await attack({}, new File(["no picture"], "torn.png")),
      report: await harness.attempt(harness.reportHtml({ format: "glimpse-attack/9" })),
      none: await harness.attempt(harness.reportHtml({})),
      after: (await classifier.classify(image, ["apple", "dog"])).length,
    };
  });
  const codes = Object.fromEntries(Object.entries(seen).map(([name, { code }]) => [name, code]));
  assert.deepEqual(codes, {
    noWord: "lettering",
    noLabels: "no-labels",
    oneLabel: "no-labels",
    emptyLabel: "no-labels",
    notAmong: "lettering",
    target: "lettering",
    height: "lettering",
    positions: "lettering",
    control: "lettering",
    template: "no-labels",
    damaged: "decode",
    report: "lettering",
    none: "lettering",
    after: undefined,
  });
  assert.match(seen.notAmong.message, /"dog" is not among the labels.*add it/);
  assert.match(seen.damaged.message, /^torn\.png: /);
  assert.equal(seen.after, 2);
});

test("the report is one file with a table under each plot, and needs no model", async () => {
  const seen = await withMini(async ({ options }) => {
    const blob = await harness.picture("/examples/apple.png");
    const given = { ...options, limit: 12, names: ['an <apple> & its "word"'] };
    const report = await harness.attack(classifier, blob, given);
    const html = await harness.reportHtml(JSON.parse(JSON.stringify(report)));
    const same = html === (await harness.reportHtml(report, { classifier }));
    return { html, same };
  });
  const { html } = seen;
  const count = (pattern) => html.match(pattern)?.length ?? 0;
  assert.match(html, /^<!doctype html>\s*<html lang="en"/i);
  assert.equal(seen.same, true);
  assert.equal(count(/<(script|link|iframe|img)\b|\son\w+=/g), 0);
  const plots = count(/<svg\b/g);
  assert.ok(plots > 0);
  assert.equal(count(/<title\b/g), plots + 1, "each plot has a title, and the page has one");
  assert.ok(count(/<table\b/g) >= plots);
  assert.ok(html.includes("an &lt;apple&gt; &amp; its &quot;word&quot;"));
  assert.deepEqual(html.match(/(?:src|href)="(?!#)[^"]*"/g), null);
});
