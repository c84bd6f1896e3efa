// Many pictures at once: all are classified in flat memory, listed, sorted, filtered, opened, stopped, and written as CSV and JSON.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import Papa from "../../www/node_modules/papaparse/papaparse.min.js";
import { withBrowser } from "./harness.mjs";
import { memoryOf } from "./memory.mjs";
import { classifyNatively } from "./native.mjs";
import { noisePng, writePictures } from "./noise-pictures.mjs";
import { assertClose, inOrder } from "./numbers.mjs";
import { answerTo, dropFile, example, field, firstAnswer, rest, visit } from "./page.mjs";
import { pageFolder } from "./places.mjs";

const world = await withBrowser({ folders: { "/": pageFolder } });
const url = `${world.server.origin}/`;
const folder = mkdtempSync(path.join(tmpdir(), "glimpse-gallery-"));
after(() => rmSync(folder, { recursive: true }));

/** Pictures of 230 kB each, 300 kB decoded: whoever keeps the bytes of some hundred of them is found out. */
const many = writePictures(path.join(folder, "many"), 500, 320, 240);
const few = writePictures(path.join(folder, "few"), 12, 40, 30);
/** How much more than after the first fifty the page may hold after all, in bytes: 100 MB of files went through it. */
const SCRIPTS_MAY_GROW = 8e6;
const PROCESSES_MAY_GROW = 60e6;

/** Five hundred pictures take their time where eight other programs want the processor. */
const PATIENCE = 600_000;

const gallery = (page, activity) =>
  page.locator(`#gallery[data-activity=${activity}]`).waitFor({ timeout: PATIENCE });
const answered = async (page) => {
  const words = await page.locator("#gallery-status").textContent();
  return Number(/(\d+) of \d+ looked at/.exec(words)?.[1] ?? Number.NaN);
};
const names = (page) =>
  page
    .locator("#gallery .card")
    .evaluateAll((cards) =>
      cards
        .toSorted((a, b) => a.ariaPosInSet - b.ariaPosInSet)
        .map((card) => card.querySelector(".file").textContent),
    );

async function saved(page, button) {
  const download = page.waitForEvent("download");
  await page.locator(button).click();
  return readFileSync(await (await download).path(), "utf8");
}

test("500 pictures dropped at once: all classified, memory flat after the first fifty, one row each in the CSV", async (t) => {
  await visit(world.browser, `${url}#model=mini`, async (page) => {
    const first = await firstAnswer(page);
    await answerTo(page, () => field(page, 0).fill("a circle"));
    await dropFile(page, ...many);
    await page.waitForFunction(
      () => {
        const words = document.querySelector("#gallery-status").textContent;
        return Number(/^(\d+) of/.exec(words)?.[1] ?? 0) >= 50;
      },
      null,
      { timeout: PATIENCE },
    );
    const early = await memoryOf(world.browser, page);
    const between = await answerTo(page, () => field(page, 0).fill('a "red", circle'));
    await page.locator("#gallery-order option", { hasText: "red" }).waitFor({ state: "attached" });
    await gallery(page, "done");
    const grew = ({ heap, resident }) =>
      heap - early.heap >= SCRIPTS_MAY_GROW || resident - early.resident >= PROCESSES_MAY_GROW;
    // What is let go of may take its time to be given back; what is held on to stays.
    let late = await memoryOf(world.browser, page);
    for (let looks = 0; looks < 100 && grew(late); looks += 1)
      late = await memoryOf(world.browser, page);
    t.diagnostic(`after fifty ${JSON.stringify(early)}, after all ${JSON.stringify(late)}`);
    assert.ok(late.heap - early.heap < SCRIPTS_MAY_GROW, "the scripts' heap grew");
    assert.ok(late.resident - early.resident < PROCESSES_MAY_GROW, "the processes grew");
    assert.equal(await page.locator("#gallery-title").textContent(), "500 pictures");

    // Of five hundred cards only those in sight are there, and no thumbnail is larger than it is shown.
    assert.ok((await page.locator("#gallery .card").count()) < 60);

    const csv = await saved(page, "#gallery-csv");
    const { data, errors } = Papa.parse(csv.trim(), { header: true });
    assert.deepEqual(errors, []);
    assert.equal(data.length, 500);
    assert.equal(new Set(data.map(({ file }) => file)).size, 500);
    assert.equal(data[7].file, 'a "noisy", picture 007.png');
    assert.match(csv, /^"a ""noisy"", picture 007\.png",/m, "quotes are doubled");
    const labels = ['a "red", circle', ...first.scores.slice(1).map(({ label }) => label)];
    for (const row of data) {
      assert.deepEqual([row.error, row.model], ["", "mini"]);
      const sum = labels.reduce((sum, label) => sum + Number(row[label]), 0);
      assert.ok(Math.abs(sum - 1) < 1e-4, `${row.file}: the probabilities sum to ${sum}`);
      assert.equal(Number(row.probability), Math.max(...labels.map((label) => Number(row[label]))));
    }
    // A changed label is answered for all of them without looking at one again.
    const edited = await answerTo(page, () => field(page, 0).fill("a green square"));
    await page.locator("#gallery-order option", { hasText: "a green square" }).waitFor({
      state: "attached",
    });
    await gallery(page, "done");
    const last = await answerTo(page, () => field(page, 0).fill("a green triangle"));
    assert.equal(last.stats.imageTowerRuns, edited.stats.imageTowerRuns);
    // Five hundred embeddings are 1 MB; the pictures' bytes would be a hundred.
    assert.ok(last.stats.wasmMemoryBytes - between.stats.wasmMemoryBytes < 4e6);
    // The first picture of the drop is the page's own too, and is remembered by its content.
    assert.ok(last.stats.imageTowerRuns - first.stats.imageTowerRuns <= 501);

    const native = classifyNatively(
      many[7],
      labels,
      ...["--model", "mini", "--template", "a drawing of a {}"],
    );
    assertClose(
      labels.map((label) => Number(data[7][label])),
      inOrder(native, labels, "score"),
      1e-3,
      "picture 007 beside the command line's",
    );
  });
});

test("stopping stops, going on goes on, and the picture at the head is answered meanwhile", async () => {
  await visit(world.browser, url, async (page) => {
    await firstAnswer(page);
    await page.locator("image-drop input").setInputFiles(many.slice(0, 100));
    await gallery(page, "working");
    await page.waitForFunction(
      () => document.querySelector("#gallery-progress").value >= 5 || undefined,
    );
    await page.locator("#gallery-stop").click();
    await gallery(page, "stopped");
    const before = await answered(page);
    assert.ok(before < 100, `all ${before} were answered before the button was reached`);
    const head = await answerTo(page, () => example(page, "apple").click());
    assert.ok(head.scores.length > 1);
    await gallery(page, "done");
    // Other labels came with the example: the gallery answers those from the start.
    await page.locator("#gallery-clear").click();
    await page.locator("#gallery").waitFor({ state: "hidden" });

    await page.locator("image-drop input").setInputFiles(many.slice(100, 180));
    await page.locator("#gallery-stop").click();
    await gallery(page, "stopped");
    const stopped = await answered(page);
    assert.ok(stopped < 80);
    // Pictures at the head go through the same worker: a gallery that went on would have got on by the time of their answers.
    for (const picture of few.slice(0, 3))
      await answerTo(page, () => page.locator("image-drop input").setInputFiles(picture));
    await rest(page);
    assert.equal(await answered(page), stopped, "it went on after it was stopped");
    await page.locator("#gallery-stop").click();
    await gallery(page, "done");
  });
});

test("a dropped folder is walked; a broken picture says so in its place; order, filter, keys, opening, JSON", async () => {
  const inside = path.join(folder, "few", "deeper");
  mkdirSync(inside, { recursive: true });
  writeFileSync(path.join(inside, "z.png"), noisePng(99, 30, 40));
  writeFileSync(path.join(inside, "broken.jpg"), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]));
  writeFileSync(path.join(inside, "notes.txt"), "no picture");
  writeFileSync(path.join(inside, "._z.png"), "what a Mac leaves beside a picture");
  await visit(
    world.browser,
    url,
    async (page) => {
      await firstAnswer(page);
      await answerTo(page, () => dropFile(page, path.join(folder, "few")));
      await gallery(page, "done");
      assert.equal(await page.locator("#gallery-title").textContent(), "14 pictures");
      const words = await page.locator("#gallery-status").textContent();
      assert.match(words, /1 could not be read/);
      assert.match(words, /1 other file was left out/);
      const broken = page.locator(".card", { hasText: "broken.jpg" });
      assert.match(await broken.locator(".trouble").textContent(), /could not be read/);

      const shown = await names(page);
      assert.equal(shown.length, 14);
      await page.locator("#gallery-order").selectOption("name");
      await page.waitForFunction(
        () => document.querySelector('.card[aria-posinset="14"] .file').textContent === "z.png",
      );
      const label = await field(page, 1).inputValue();
      await page.locator("#gallery-order").selectOption(`label ${label}`);
      await page.waitForFunction(
        () =>
          document.querySelector('.card[aria-posinset="14"] .file').textContent === "broken.jpg",
      );
      const objects = JSON.parse(await saved(page, "#gallery-json"));
      assert.equal(objects.length, 14);
      const scoreOf = new Map(
        objects.map(({ image, scores }) => [
          image.split("/").at(-1),
          scores?.find((score) => score.label === label).score ?? -1,
        ]),
      );
      const inScores = (await names(page)).map((name) => scoreOf.get(name));
      assert.deepEqual(
        inScores,
        inScores.toSorted((a, b) => b - a),
      );
      const { error } = objects.find(({ image }) => image.endsWith("few/deeper/broken.jpg"));
      assert.equal(error.kind, "decode");

      await page.locator("#gallery-filter").selectOption("errors");
      await page.waitForFunction(() => document.querySelectorAll(".card").length === 1);
      await page.locator("#gallery-filter").selectOption("all");
      await page.locator("#gallery-order").selectOption("name");
      await page.waitForFunction(() => document.querySelectorAll(".card").length === 14);

      await page.locator('.card[tabindex="0"]').focus();
      await page.keyboard.press("Home");
      await page.keyboard.press("ArrowRight");
      const second = await page.evaluate(() => document.activeElement.ariaPosInSet);
      assert.equal(second, "2");
      const opened = await answerTo(page, () => page.keyboard.press("Enter"));
      await page.locator('.card[aria-posinset="2"][aria-selected="true"]').waitFor();
      assert.equal(await page.locator('.card[aria-selected="true"]').count(), 1);
      const name = await page.locator('.card[aria-selected="true"] .file').textContent();
      const listed = objects.find(({ image }) => image.endsWith(name));
      for (const { label, score } of opened.scores) {
        const there = listed.scores.find((other) => other.label === label).score;
        assert.ok(Math.abs(there - score) < 1e-6, `${label}: ${score} at the head, ${there} below`);
      }
    },
    // High enough that all fourteen cards are in sight.
    { expected: [/GlimpseError/], viewport: { width: 1280, height: 3000 } },
  );
});

test("each picture's built-in model is told: on its card, in CSV and in JSON; another may be chosen for one", async () => {
  const examples = path.join(pageFolder, "examples");
  const files = ["cat.jpg", "coffee.jpg", "apple.png"];
  const link = `${url}#labels=tabby+cat,espresso,apple`;
  await visit(world.browser, link, async (page) => {
    await firstAnswer(page);
    await answerTo(page, () =>
      page
        .locator("image-drop input")
        .setInputFiles(files.map((name) => path.join(examples, name))),
    );
    await gallery(page, "done");
    const cards = () =>
      page
        .locator("#gallery .card")
        .evaluateAll((cards) =>
          cards.map((card) =>
            [".file", ".by", ".label"].map((part) => card.querySelector(part).textContent),
          ),
        );
    await page.waitForFunction(
      () => document.querySelectorAll("#gallery .card .by:not(:empty)").length === 3,
    );
    assert.deepEqual(await cards(), [
      ["cat.jpg", "photo", "tabby cat"],
      ["coffee.jpg", "photo", "espresso"],
      ["apple.png", "drawing", "apple"],
    ]);
    const models = async () => {
      const { data } = Papa.parse((await saved(page, "#gallery-csv")).trim(), { header: true });
      const objects = JSON.parse(await saved(page, "#gallery-json"));
      assert.deepEqual(
        data.map(({ model }) => model),
        objects.map(({ model }) => model),
      );
      return data.map(({ model }) => model);
    };
    assert.deepEqual(await models(), ["mini-photo", "mini-photo", "mini"]);
    // The cat is at the page's head: what is chosen for it there is chosen below as well.
    const head = await answerTo(page, () => page.locator("#answerer-change").click());
    await page.locator(".card .by", { hasText: "drawing" }).nth(1).waitFor();
    await gallery(page, "done");
    assert.deepEqual(await models(), ["mini", "mini-photo", "mini"]);
    const [cat] = JSON.parse(await saved(page, "#gallery-json"));
    for (const { label, score } of head.scores)
      assert.ok(Math.abs(cat.scores.find((one) => one.label === label).score - score) < 1e-6);
    // With one model for all there is nothing to tell on the cards.
    await page.locator("#model").click();
    await answerTo(page, () => page.locator("#pick-mini-photo").click());
    await gallery(page, "done");
    assert.deepEqual(await models(), ["mini-photo", "mini-photo", "mini-photo"]);
    await page.waitForFunction(
      () => document.querySelectorAll("#gallery .card .by:not(:empty)").length === 0,
    );
  });
});
