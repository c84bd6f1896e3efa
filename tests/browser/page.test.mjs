// The built page, as a visitor meets it: answers before anyone touches it, and follows mouse, keyboard, drop and paste.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { launchBrowser } from "./chromium.mjs";
import { classifyNatively } from "./native.mjs";
import { assertClose, assertScores, inOrder, largestDifference } from "./numbers.mjs";
import {
  DRAWN,
  answerTo,
  dropFile,
  field,
  firstAnswer,
  pastePicture,
  rest,
  rows,
  shownExample,
  visit,
} from "./page.mjs";
import { fixturesFolder, pageFolder, targetFolder } from "./places.mjs";
import { startServer } from "./server.mjs";

// Deep under a prefix, and with nothing of ours beside it: an address that starts with a slash would be found out.
const server = await startServer({ folders: { "/some/where/": pageFolder } });
const browser = await launchBrowser();
after(async () => {
  await browser.close();
  await server.close();
});
const url = `${server.origin}/some/where/`;
const pictures = path.join(fixturesFolder, "pictures");
const shapes = path.join(pictures, "shapes_61x90.jpg");
const gradient = path.join(pictures, "gradient_97x64.png");

/** How far page and command line may be apart. */
const agreement = 1e-3;

const screenshots = path.join(targetFolder, "screenshots");
mkdirSync(screenshots, { recursive: true });
const photograph = (page, name) =>
  page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true });

/** Asserts that what the page answered is what the command line says of the same picture with the same model. */
function assertAgrees({ scores, builtIn }, picture, template) {
  const labels = scores.map(({ label }) => label);
  const options = ["--model", builtIn, ...(template ? ["--template", template] : [])];
  const native = classifyNatively(picture, labels, ...options);
  for (const name of ["score", "cosine"])
    assertClose(
      inOrder(scores, labels, name),
      inOrder(native, labels, name),
      agreement,
      `${name} of ${picture} beside the command line's`,
    );
}

/** Asserts that the bars show these scores: every label, its number, and a bar of that width. */
async function assertShown(page, scores) {
  const shown = await rows(page);
  assert.deepEqual(shown.map(({ label }) => label).sort(), scores.map(({ label }) => label).sort());
  for (const { label, score } of scores) {
    const row = shown.find((candidate) => candidate.label === label);
    const number = score > 0 && score < 0.0005 ? "<0.1" : (100 * score).toFixed(1);
    assert.equal(row.shown.replace(/\s*%$/, ""), number, label);
  }
}

test("a picture is there, classified, before anyone does anything", async () => {
  await visit(browser, url, async (page) => {
    const first = await firstAnswer(page);
    const { scores, stats } = first;
    assert.ok(scores.length >= 3);
    assert.equal(scores[0].label, "tabby cat");
    assert.equal(first.builtIn, "mini-photo");
    assertScores(
      scores,
      scores.map(({ label }) => label),
    );
    assert.equal(stats.imageTowerRuns > 0, true);
    await assertShown(page, scores);
    const image = page.locator("image-drop img");
    assert.ok((await image.evaluate((img) => img.complete && img.naturalWidth)) > 0);
    assert.equal(await page.locator("html").getAttribute("data-device"), "cpu");
    const template = await page.locator("#template").inputValue();
    assertAgrees(first, path.join(pageFolder, "examples", await shownExample(page)), template);
    await rest(page);
    await photograph(page, "page");
    const paths = page.requested
      .map((address) => new URL(address))
      .filter(({ protocol }) => protocol === "http:");
    assert.ok(paths.some(({ pathname }) => pathname.endsWith(".wasm")));
    assert.ok(paths.every(({ pathname }) => pathname.startsWith("/some/where/")));
  });
});

test("typing a label moves the bars, and the image tower does not run again", async () => {
  await visit(browser, url, async (page) => {
    const before = await firstAnswer(page);
    const kept = await field(page, 1).inputValue();
    const edited = await answerTo(page, () => field(page, 0).fill("a zebra"));
    const labels = edited.scores.map(({ label }) => label);
    assert.ok(labels.includes("a zebra") && labels.includes(kept));
    assert.equal(edited.stats.imageTowerRuns, before.stats.imageTowerRuns);
    assert.ok(edited.stats.textTowerRuns > before.stats.textTowerRuns);
    await assertShown(page, edited.scores);
    const [was] = inOrder(before.scores, [kept], "score");
    const [is] = inOrder(edited.scores, [kept], "score");
    assert.notEqual(is, was, "the other bars move with it");
    const added = await answerTo(page, () => field(page, labels.length).fill("a red circle"));
    assert.equal(added.scores.length, labels.length + 1);
    await assertShown(page, added.scores);
  });
});

test("a new picture by the file chooser, a drop and a paste: agrees with the command line, no text tower", async () => {
  await visit(browser, url + DRAWN, async (page) => {
    await firstAnswer(page);
    // With the example's own labels the page would look for the names of these pictures, with the text tower.
    const before = await answerTo(page, () => field(page, 0).fill("a zebra"));
    const template = await page.locator("#template").inputValue();
    const chosen = await answerTo(page, async () => {
      const chooser = page.waitForEvent("filechooser");
      await page.locator("image-drop button").click();
      await (await chooser).setFiles(shapes);
    });
    assertAgrees(chosen, shapes, template);
    const dropped = await answerTo(page, () => dropFile(page, gradient));
    assertAgrees(dropped, gradient, template);
    const badge = path.join(pictures, "noise_grey_33x45.png");
    const pasted = await answerTo(page, () => pastePicture(page, readFileSync(badge)));
    assertAgrees(pasted, badge, template);
    for (const { stats } of [chosen, dropped, pasted])
      assert.equal(stats.textTowerRuns, before.stats.textTowerRuns);
    assert.equal(pasted.stats.imageTowerRuns, before.stats.imageTowerRuns + 3);
  });
});

test("the template changes the scores, and one without a place for the label says so", async () => {
  await visit(browser, url + DRAWN, async (page) => {
    const before = await firstAnswer(page);
    const picture = path.join(pageFolder, "examples", await shownExample(page));
    const template = page.locator("#template");
    const changed = await answerTo(page, () => template.fill("the word {}"));
    assertAgrees(changed, picture, "the word {}");
    const labels = before.scores.map(({ label }) => label);
    const logits = [before, changed].map(({ scores }) => inOrder(scores, labels, "logit"));
    assert.ok(largestDifference(...logits) > 0.01, "another template, the same logits");
    const plain = await answerTo(page, () => template.fill(""));
    assertAgrees(plain, picture);
    await template.fill("no place");
    await page.locator("#template-note.complaint", { hasText: "{}" }).waitFor();
    assert.equal(await template.getAttribute("aria-invalid"), "true");
    await page.locator("#labels[data-old]").waitFor();
    assert.equal(await page.locator("html").getAttribute("data-state"), "ready");
    await answerTo(page, () => template.fill("a drawing of a {}"));
    assert.equal(await page.locator("#labels[data-old]").count(), 0);
  });
});

test("everything can be done from the keyboard", async () => {
  await visit(browser, url, async (page) => {
    const { scores } = await firstAnswer(page);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    await page.keyboard.press("Enter");
    const edited = await answerTo(page, () => page.keyboard.type(" and more"));
    assert.ok(edited.scores.some(({ label }) => label.endsWith(" and more")));
    for (let row = 0; row < scores.length; row += 1) await page.keyboard.press("ArrowDown");
    const added = await answerTo(page, () => page.keyboard.type("word"));
    assert.equal(added.scores.length, scores.length + 1);
    const removed = await answerTo(page, async () => {
      for (let letter = 0; letter <= "word".length; letter += 1)
        await page.keyboard.press("Backspace");
    });
    assert.equal(removed.scores.length, scores.length);
    // The chooser and the template are reached by Tab alone.
    const reached = new Set();
    for (let stop = 0; stop < 30; stop += 1) {
      await page.keyboard.press("Tab");
      reached.add(
        await page.evaluate(() => document.activeElement.id || document.activeElement.tagName),
      );
      const onPicture = await page.evaluate(() => document.activeElement.id === "picture");
      if (!onPicture) continue;
      const chooser = page.waitForEvent("filechooser");
      const chosen = await answerTo(page, async () => {
        await page.keyboard.press("Enter");
        await (await chooser).setFiles(gradient);
      });
      assert.equal(chosen.scores.length, scores.length);
    }
    for (const id of ["labels", "template", "picture", "model", "device", "theme"])
      assert.ok(reached.has(id), `Tab never reaches #${id}: ${[...reached]}`);
  });
});

test("a panel closes when Tab leads out of it, and not before", async () => {
  await visit(browser, url, async (page) => {
    await firstAnswer(page);
    await page.locator("#model").press("Enter");
    const panel = page.locator("#model-panel");
    const inside = () => panel.evaluate((panel) => panel.contains(document.activeElement));
    await page.keyboard.press("Tab");
    assert.ok(await inside(), "Tab leads into the panel");
    for (let stop = 0; stop < 12 && (await inside()); stop += 1) {
      assert.ok(await panel.isVisible());
      await page.keyboard.press("Tab");
    }
    assert.equal(await inside(), false);
    assert.equal(await panel.isVisible(), false);
    assert.notEqual(await page.evaluate(() => document.activeElement.tagName), "BODY");
  });
});

test("a long label has room, and nothing hangs over the right edge", async () => {
  await visit(
    browser,
    url,
    async (page) => {
      await firstAnswer(page);
      await answerTo(page, () => field(page, 0).fill("a drawing of an old red car"));
      await page.locator("main > h1").click();
      // The column takes its new width once the hand is off the row.
      await page.waitForFunction(() => {
        const inputs = document.querySelector("score-bars").shadowRoot.querySelectorAll("li input");
        return [...inputs].every((input) => input.scrollWidth <= input.clientWidth);
      });
      const over = await page.locator("score-bars").evaluate((bars) => {
        const edge = bars.getBoundingClientRect().right;
        const buttons = [...bars.shadowRoot.querySelectorAll(".remove")];
        return Math.max(...buttons.map((button) => button.getBoundingClientRect().right - edge));
      });
      assert.ok(over <= 0, `× hangs ${over} px over the edge`);
    },
    { viewport: { width: 1280, height: 800 } },
  );
});

test("light and dark follow the system and the button", async () => {
  const brightness = (page) =>
    page.evaluate(() => {
      const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g);
      return (Number(red) + Number(green) + Number(blue)) / 3;
    });
  for (const colorScheme of ["light", "dark"]) {
    await visit(
      browser,
      url,
      async (page) => {
        await firstAnswer(page);
        const system = await brightness(page);
        assert.ok(colorScheme === "dark" ? system < 60 : system > 200, `${colorScheme}: ${system}`);
        await rest(page);
        await photograph(page, colorScheme);
        await page.locator("#theme").click();
        if (colorScheme === "light") await page.locator("#theme").click();
        const chosen = await brightness(page);
        assert.ok(colorScheme === "dark" ? chosen > 200 : chosen < 60, `the button: ${chosen}`);
        const bars = await page
          .locator("meta[name=theme-color]")
          .evaluateAll((metas) => metas.filter(({ media }) => matchMedia(media).matches).length);
        assert.equal(bars, 1, "the browser's bar has one colour");
        const bar = page.locator("meta[name=theme-color][media=all]");
        assert.equal(
          await bar.getAttribute("content"),
          colorScheme === "dark" ? "#f7f8f6" : "#101615",
        );
        await page.reload();
        assert.equal(await brightness(page), chosen, "the choice is remembered");
      },
      { colorScheme },
    );
  }
});

test("on a phone nothing hangs over the edge", async () => {
  await visit(
    browser,
    url,
    async (page) => {
      await firstAnswer(page);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 360, `the page is ${width} wide on a screen of 360`);
      await photograph(page, "phone");
    },
    { viewport: { width: 360, height: 740 }, hasTouch: true },
  );
});

test("loading, error and the way out of it, each with words", async () => {
  const weights = "/some/where/glimpse-clip/models/mini-photo/open_clip_model.safetensors";
  let release;
  const held = new Promise((resolve) => (release = resolve));
  let asked = 0;
  server.route(weights, async (request, response) => {
    asked += 1;
    // What was asked for beforehand is asked for once more when the picture needs it.
    if (asked <= 2) {
      await held;
      return response.writeHead(500).end();
    }
    const bytes = readFileSync(path.join(pageFolder, weights.slice("/some/where/".length)));
    response.writeHead(200, { "Content-Length": bytes.length }).end(bytes);
  });
  await visit(
    browser,
    url,
    async (page) => {
      const state = (wanted) =>
        page.locator(`html[data-state=${wanted}]`).waitFor({ state: "attached" });
      await state("loading");
      assert.match(await page.locator("#status").textContent(), /built-in model/);
      await photograph(page, "loading");
      release();
      await state("error");
      assert.match(
        await page.locator("#problem-title").textContent(),
        /model could not be fetched/,
      );
      // The library's own advice, once and in plain sight.
      assert.match(await page.locator("#problem-advice").textContent(), /answered 500|try again/);
      assert.equal(await page.locator("#problem-detail").isVisible(), false);
      await page.locator("#problem-remedy").click();
      const { scores } = await firstAnswer(page);
      assert.equal(await page.locator("#problem").isVisible(), false);
      await page.locator("image-drop input").setInputFiles(path.join(fixturesFolder, "make.py"));
      await state("error");
      assert.match(await page.locator("#problem-title").textContent(), /could not be read/);
      assert.match(await page.locator("#problem-message").textContent(), /^decode/);
      const left = (await rows(page)).filter(({ shown }) => shown !== "");
      assert.deepEqual(left, [], "the last picture's numbers stand beside the error");
      await photograph(page, "error");
      const again = await answerTo(page, () =>
        page.locator("image-drop input").setInputFiles(shapes),
      );
      assert.equal(again.scores.length, scores.length);
      assert.equal(await page.locator("#problem").isVisible(), false);
    },
    { expected: [/500 \(/, /GlimpseError/] },
  );
});
