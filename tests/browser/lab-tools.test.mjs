// The lab's tools and tour: parts that add up, a map to walk over, defences side by side, a sweep that is cut and goes on, five questions.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assertCleanInBoth } from "./axe.mjs";
import { withBrowser } from "./harness.mjs";
import { firstAnswer, visit } from "./page.mjs";
import { pageFolder } from "./places.mjs";

const world = await withBrowser({ folders: { "/": pageFolder } });
const url = `${world.server.origin}/`;
const apple = `${url}#picture=apple`;
const rates = "/glimpse-clip/models/mini/defences.json";
/** A sweep and its search take their time where other programs want the processor. */
const PATIENCE = 300_000;
const DEFENCES = ["none", "erase", "oracle", "mirror", "heads", "explain-away", "project"];

/** A build without measured rates: the table of defences does without. */
const noRates = (request, response) => response.writeHead(404).end();
const missing = { expected: [/defences\.json/] };
world.server.route(rates, noRates);

/** The text without the marks that keep a label from turning its neighbours around, and with plain spaces and minuses. */
const plain = (text) =>
  text
    .replaceAll(/[\u2068\u2069]/g, "")
    .replaceAll(/[\u00a0\u202f]/g, " ")
    .replaceAll("\u2212", "-");
const textOf = async (page, selector) => plain(await page.locator(selector).textContent());
const said = (page, selector, words) => page.locator(selector, { hasText: words }).waitFor();

/** Opens the lab on the page's picture, with the last label that it does not show written on it, and waits for its bars. */
async function openLab(page) {
  await firstAnswer(page);
  await page.evaluate(() => {
    globalThis.looks = [];
    document.addEventListener("glimpse:lab", ({ detail }) => globalThis.looks.push(detail));
  });
  await page.locator("#write").click();
  await page.locator("#lab-label").waitFor();
  await page.waitForFunction(() => globalThis.looks.some(({ control }) => control === "word"));
}

/** The lab's newest answer about the word: `{ label: { score, logit } }`. */
const newestLook = (page) =>
  page.evaluate(() => {
    const { scores } = globalThis.looks.findLast(({ control }) => control === "word");
    return Object.fromEntries(scores.map((score) => [score.label, score]));
  });

const openTool = (page, id) => page.locator(`#${id} > summary`).click();

async function showPull(page) {
  await openTool(page, "lab-pull");
  await page.locator("#pull-show").click();
  await page.locator("#pull-parts tfoot").waitFor();
}

/** Presses the button, and the job's own cancel as soon as it says how far it is. */
async function cancelOnceUnderWay(page, button, job) {
  await page.evaluate((selector) => {
    const place = document.querySelector(selector);
    const far = place.querySelector(".lab-job-far");
    const observer = new MutationObserver(() => {
      if (!/\d+ of \d+/.test(far.textContent)) return;
      observer.disconnect();
      place.querySelector("button").click();
    });
    observer.observe(far, { childList: true, characterData: true, subtree: true });
  }, job);
  await page.locator(button).click();
}

/** The table of parts: `{ part: [label, against, difference] }`. */
async function partsOf(page) {
  const rows = await page
    .locator("#pull-parts tr[data-part]")
    .evaluateAll((rows) =>
      rows.map((row) => [
        row.dataset.part,
        [...row.cells].slice(1).map((cell) => cell.textContent),
      ]),
    );
  return Object.fromEntries(rows.map(([part, cells]) => [part, cells.map(plain).map(Number)]));
}

/** A number as the note on the error writes it, in powers of ten where it is small. */
function errorIn(note) {
  const [, digits, power = ""] = /apart by ([\d.]+)(?: × 10⁻(\S+))? at most/.exec(note);
  const raised = [...power].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit)).join("");
  return Number(digits) * 10 ** -Number(raised);
}

const pixels = (page) =>
  page.locator("#lab-heat").evaluate((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const alphas = data.filter((_, at) => at % 4 === 3);
    return { most: Math.max(...alphas), sum: data.reduce((sum, value) => sum + value, 0) };
  });

test("the parts add up to the logit that the bars have, the map is painted, and a patch says what it pulls for", async () => {
  await visit(world.browser, apple, async (page) => {
    await openLab(page);
    await showPull(page);
    assert.equal(await page.locator("#pull-label").inputValue(), "iPod");
    assert.equal(await page.locator("#pull-against").inputValue(), "apple");

    const { sum, logit, ...parts } = await partsOf(page);
    assert.deepEqual(Object.keys(parts), [
      "patches",
      "class-token",
      "mlps",
      "biases",
      "embeddings",
      "norm",
    ]);
    const look = await newestLook(page);
    const expected = [look.iPod.logit, look.apple.logit, look.iPod.logit - look.apple.logit];
    for (const column of [0, 1, 2]) {
      const added = Object.values(parts).reduce((sum, part) => sum + part[column], 0);
      // Six numbers with three digits behind the point, and the sum's own.
      assert.ok(Math.abs(added - sum[column]) <= 0.0036, `column ${column}: ${added}, ${sum}`);
      assert.ok(Math.abs(sum[column] - logit[column]) <= 0.0021, `column ${column}: ${sum}`);
      assert.ok(Math.abs(logit[column] - expected[column]) <= 0.0021, `${logit}, ${expected}`);
    }
    const error = errorIn(await textOf(page, "#pull-error"));
    assert.ok(error >= 0 && error < 1e-3, `the parts miss the logit by ${error}`);

    const painted = await pixels(page);
    assert.ok(Math.abs(painted.most - 0.85 * 255) <= 1, `the fullest colour is ${painted.most}`);

    // The strongest patch, reached by the keyboard and then by the mouse.
    const strongest = await textOf(page, "#pull-strongest");
    const found = /row (\d+), column (\d+) (pulls [\d.]+ logits towards “iPod”)/.exec(strongest);
    assert.ok(found, strongest);
    const [row, column] = [Number(found[1]), Number(found[2])];
    const told = `This patch ${found[3]}.`;
    await page.locator(".lab-patches [tabindex='0']").focus();
    for (let step = 1; step < row; step += 1) await page.keyboard.press("ArrowDown");
    for (let step = 1; step < column; step += 1) await page.keyboard.press("ArrowRight");
    const focused = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
    assert.equal(plain(focused), `Row ${row}, column ${column}: ${found[3]}`);
    assert.equal(await textOf(page, ".lab-patch-says"), told);
    await page.locator("#pull-show").focus();
    assert.ok(await page.locator(".lab-patch-says").isHidden());
    await page.locator("#lab-heat").scrollIntoViewIfNeeded();
    const box = await page.locator("#lab-heat").boundingBox();
    const centre = (place, start, size) => start + ((place - 0.5) * size) / 8;
    await page.mouse.move(centre(column, box.x, box.width), centre(row, box.y, box.height));
    assert.equal(await textOf(page, ".lab-patch-says"), told);

    await page.locator("#pull-layer").selectOption({ label: "6" });
    assert.notEqual((await pixels(page)).sum, painted.sum, "one layer's map is not that of all");
    assert.deepEqual((await partsOf(page)).sum, sum, "the table is of all layers");

    // The label moves: what is shown is of before, until it is explained anew.
    await page.locator("#lab-label").focus();
    await page.keyboard.press("ArrowUp");
    await page.locator("#lab-heat[data-stale]").waitFor();
    await page.locator("#lab-heat:not([data-stale])").waitFor();
    assert.notDeepEqual((await partsOf(page)).sum, sum);
    await page.locator("#pull-against").selectOption("");
    await said(page, "#pull-towards-against", "away from");
    await page.locator("#pull-show").click();
    assert.ok(await page.locator("#lab-heat").isHidden());
  });
});

test("greying every patch is told as it goes on, can be cancelled, and says how far both maps agree", async () => {
  await visit(world.browser, apple, async (page) => {
    await openLab(page);
    await showPull(page);
    const exact = await pixels(page);
    await cancelOnceUnderWay(page, "#occlude", "#occlude-job");
    await said(page, "#occlude-job .note", "Cancelled.");
    assert.equal(await textOf(page, "#occlude-agree"), "");
    assert.ok(await page.locator("input[name=pull-map][value=occlusion]").isDisabled());

    await page.locator("#occlude").click();
    await said(page, "#occlude-agree", "r =");
    const agreement = await textOf(page, "#occlude-agree");
    const r = Number(/r = (-?[01]\.\d\d) over 64 patches/.exec(agreement)?.[1]);
    assert.ok(r >= -1 && r <= 1, agreement);
    assert.ok(await page.locator("input[name=pull-map][value=occlusion]").isChecked());
    assert.ok(await page.locator("#pull-layer").isDisabled());
    assert.notEqual((await pixels(page)).sum, exact.sum);
    await page.locator("input[name=pull-map][value=exact]").check({ force: true });
    assert.equal((await pixels(page)).sum, exact.sum);

    await page.locator("#lab-label").focus();
    await page.keyboard.press("ArrowUp");
    await said(page, "#occlude-agree", "check again");
    assert.ok(await page.locator("input[name=pull-map][value=occlusion]").isDisabled());
  });
});

/** A cell of the table of defences, in words. */
const cell = (page, defence, name) =>
  textOf(page, `#defences-table tr[data-defence=${defence}] .${name}`);
/** The best label and its share in a cell. */
const best = async (page, defence, name) => {
  const place = `#defences-table tr[data-defence=${defence}] .${name}`;
  return [await textOf(page, `${place} .best`), await textOf(page, `${place} .share`)];
};
const tried = (page, defence) =>
  page
    .locator(`#defences-table tr[data-defence=${defence}]:not([data-stale]) .clean .best`)
    .waitFor();

test("every defence is tried with the word and without, says what it costs, and shows what it erased", async () => {
  await visit(
    world.browser,
    apple,
    async (page) => {
      await openLab(page);
      await openTool(page, "lab-defences");
      await cancelOnceUnderWay(page, "#defences-run", "#defences-job");
      await said(page, "#defences-job .note", "Cancelled.");
      await page.locator("#defences-run").click();
      for (const defence of DEFENCES) await tried(page, defence);
      await page.locator("#defences-job .lab-job-line").waitFor({ state: "hidden" });

      const rows = await page
        .locator("#defences-table tbody tr")
        .evaluateAll((rows) => rows.map((row) => row.dataset.defence));
      assert.deepEqual(rows, DEFENCES);
      const { iPod } = await newestLook(page);
      assert.deepEqual(await best(page, "none", "attacked"), [
        "iPod (wrong)",
        `${(100 * iPod.score).toFixed(1)} %`,
      ]);
      assert.equal((await best(page, "none", "clean"))[0], "apple (right)");
      for (const defence of DEFENCES) {
        for (const name of ["attacked", "clean"])
          assert.match((await best(page, defence, name)).join(" "), /\((right|wrong)\) \d+\.\d %$/);
        assert.match(await cell(page, defence, "cost"), /^\d+ pass/);
      }
      assert.equal(await cell(page, "mirror", "cost"), "2 passes");
      assert.match(await cell(page, "explain-away", "cost"), /^1 pass, \d+ texts once$/);
      const alarm = async (name) =>
        Number(/cosine (-?\d\.\d\d)/.exec(await cell(page, "mirror", name))[1]);
      assert.ok((await alarm("attacked")) < (await alarm("clean")), "text lowers the cosine");
      const thumbnail = page.locator("tr[data-defence=oracle] .lab-thumbnails canvas");
      assert.match(await thumbnail.getAttribute("aria-label"), /1 place blackened/);
      const black = await thumbnail.evaluate((canvas) => {
        const { data } = canvas.getContext("2d").getImageData(64, 76, 1, 1);
        return [...data.slice(0, 3)];
      });
      assert.deepEqual(black, [0, 0, 0], "the label's middle is black");
      assert.equal(await page.locator("#defences-table .measured:visible").count(), 0);

      // No head that looks away is the model as it is.
      const none = [await best(page, "none", "attacked"), await best(page, "none", "clean")];
      await page.locator("#defences-heads").fill("0");
      await page.waitForFunction(
        (share) =>
          document.querySelector("tr[data-defence=heads] .attacked .share").textContent === share,
        await page.locator("tr[data-defence=none] .attacked .share").textContent(),
      );
      assert.deepEqual(
        [await best(page, "heads", "attacked"), await best(page, "heads", "clean")],
        none,
      );
    },
    missing,
  );
});

test("a word for the mirror's weak side is put on the picture; the other rows say that they are of before", async () => {
  await visit(
    world.browser,
    apple,
    async (page) => {
      await openLab(page);
      await openTool(page, "lab-defences");
      await page.locator("#defences-run").click();
      await tried(page, "project");
      await page.locator("#defences-job .lab-job-line").waitFor({ state: "hidden" });
      const mirror = page.locator("tr[data-defence=mirror] .lab-try");
      await mirror.locator("button", { hasText: "kayak" }).click();
      await tried(page, "mirror");
      await page.locator("tr[data-defence=project][data-stale]").waitFor();
      await said(page, "#defences-stale", "earlier");
      assert.equal(await page.locator("#lab-word").inputValue(), "kayak");
      const labels = () => page.locator("#lab-bars").evaluate((bars) => bars.labels.toSorted());
      assert.deepEqual(await labels(), ["apple", "iPod", "kayak", "pear", "tomato"].toSorted());
      await mirror.locator("button", { hasText: "level" }).click();
      await tried(page, "mirror");
      assert.deepEqual(await labels(), ["apple", "iPod", "level", "pear", "tomato"].toSorted());
      await page.locator("#defences-run").click();
      await tried(page, "project");
      await page.locator("#defences-stale", { hasText: /^$/ }).waitFor({ state: "attached" });
    },
    missing,
  );
});

test("measured rates are shown where there are any, with their interval", async () => {
  const rate = { rate: 0.625, low: 0.5, high: 0.75 };
  const measured = { mirror: { attacked: rate, clean: { ...rate, rate: 0.95 }, cases: 240 } };
  world.server.route(rates, (request, response) =>
    response
      .writeHead(200, { "Content-Type": "application/json" })
      .end(JSON.stringify({ ...measured, broken: { attacked: 3 } })),
  );
  await visit(world.browser, apple, async (page) => {
    await openLab(page);
    await openTool(page, "lab-defences");
    await page.locator("#defences-run").click();
    await page.locator("#defences-table thead .measured").first().waitFor();
    assert.equal(await cell(page, "mirror", "measured.with"), "62.5 %50.0 % to 75.0 % of 240");
    assert.match(await cell(page, "mirror", "measured.without"), /^95\.0 %/);
    assert.equal(await cell(page, "erase", "measured.with"), "–");
    await tried(page, "project");
  });
  world.server.route(rates, noRates);
});

async function saved(page, button) {
  const download = page.waitForEvent("download");
  await page.locator(button).click();
  const file = await download;
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

test("a quick sweep is cut and goes on, equals an uncut one, and its report is one file with tables", async () => {
  await visit(world.browser, apple, async (page) => {
    await openLab(page);
    await openTool(page, "lab-sweep");
    await cancelOnceUnderWay(page, "#sweep-run", "#sweep-job");
    await said(page, "#sweep-job .note", "Stopped.");
    const resume = page.locator("#sweep-resume");
    const from = Number(/Go on from (\d+)/.exec(await resume.textContent())?.[1]);
    assert.ok(from >= 1 && from < 150, `cut at ${from}`);
    assert.ok(await page.locator("#sweep-result").isHidden());
    const continued = page.evaluate(
      () =>
        new Promise((resolve) => {
          const far = document.querySelector("#sweep-job .lab-job-far");
          const observer = new MutationObserver(() => {
            const done = /^(\d+) of \d+ variants/.exec(far.textContent)?.[1];
            if (!done) return;
            observer.disconnect();
            resolve(Number(done));
          });
          observer.observe(far, { childList: true, characterData: true, subtree: true });
        }),
    );
    await resume.click();
    assert.ok((await continued) >= from, "what was done is not done again");
    await page.locator("#sweep-title").waitFor({ timeout: PATIENCE });
    assert.ok(await resume.isHidden());

    const figures = await page.locator("#sweep-summary div").allTextContents();
    const word = figures.map(plain).find((figure) => figure.startsWith("The word wins"));
    assert.match(word, /\d+\.\d %\d+ of 24 looks; 95 % interval \d+\.\d % to \d+\.\d %$/);
    assert.ok(figures.map(plain).some((figure) => /own share-?\d+\.\d points/.test(figure)));
    assert.ok(figures.some((figure) => figure.startsWith("Smallest size that wins")));

    const report = await saved(page, "#sweep-html");
    assert.equal(report.name, "glimpse-attack-iPod.html");
    assert.match(report.text, /<table/);
    assert.match(report.text, /<svg/);
    assert.doesNotMatch(report.text, /<script|src=|url\(/);
    const json = await saved(page, "#sweep-json");
    assert.equal(json.name, "glimpse-attack-iPod.json");
    const resumed = JSON.parse(json.text);
    assert.match(json.text, /"glimpse-attack\/1"/);
    assert.ok(resumed.variants.length > 100 && resumed.variants.length <= 150);

    await page.locator("#sweep-run").click();
    await page.locator("#sweep-job .lab-job-line").waitFor();
    await page.locator("#sweep-job .lab-job-line").waitFor({ state: "hidden", timeout: PATIENCE });
    const uncut = JSON.parse((await saved(page, "#sweep-json")).text);
    assert.deepEqual(uncut.variants, resumed.variants);
    assert.deepEqual(uncut.figures, resumed.figures);
  });
});

test("a sweep of a word that no label stands for says what to do", async () => {
  await visit(world.browser, apple, async (page) => {
    await openLab(page);
    await openTool(page, "lab-sweep");
    await page.locator("#lab-word").fill("zebra");
    await page.locator("#sweep-run").click();
    await said(page, "#sweep-job .note", /"zebra" is not among the labels.*add it/);
    assert.ok(await page.locator("#sweep-resume").isHidden());
    assert.ok(await page.locator("#sweep-result").isHidden());
  });
});

/** Presses Tab until the element is reached. */
async function tabTo(page, selector) {
  for (let stop = 0; stop < 12; stop += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`Tab never reaches ${selector}`);
}
const focusOn = (page, selector) =>
  page.waitForFunction((wanted) => document.activeElement.matches(wanted), selector);

test("the tour is walked by the keyboard alone, its numbers are measured, and the picture of before comes back", async () => {
  await visit(world.browser, url, async (page) => {
    await openLab(page);
    const labels = () => page.locator("#lab-bars").evaluate((bars) => bars.labels.toSorted());
    const before = await labels();
    assert.ok(before.includes("dog"));
    await page.locator("#lab-tour-open").focus();
    await page.keyboard.press("Enter");
    const answers = [];
    for (let step = 1; step <= 5; step += 1) {
      await focusOn(page, "#tour-question");
      await said(page, "#tour-far", `${step} of 5`);
      assert.equal(await textOf(page, "#tour-answer"), "", "no answer before the guess");
      await tabTo(page, "#tour-guesses button");
      await page.keyboard.press("Enter");
      await focusOn(page, "#tour-answer");
      const right = await page.locator("#tour-guesses [data-right]").count();
      assert.ok(right <= (step === 5 ? 3 : 1));
      const guessed = await page.locator("#tour-guesses button[aria-pressed=true][data-right]");
      assert.match(
        await textOf(page, ".lab-tour-verdict"),
        (await guessed.count()) > 0 ? /^As you guessed/ : /^Not as you guessed/,
      );
      answers.push(await textOf(page, "#tour-answer"));
      await tabTo(page, "#tour-next");
      await page.keyboard.press("Enter");
    }
    // The exam of the built-in model has the apple at 97 % and the word at 99 %.
    assert.match(answers[0], /It says “apple” with 9\d\.\d %/);
    assert.match(answers[1], /It says “iPod” with \d\d\.\d %/);
    assert.match(answers[2], /With blank paper it says “apple”/);
    assert.match(answers[2], /the paper alone takes -?\d+\.\d points/);
    assert.match(answers[3], /It wins at \d+ % and at every larger size tried/);
    for (const name of ["The mirror", "Erasing", "The label that says"])
      assert.match(answers[4], new RegExp(`${name}: “\\w+” with [\\d.<]+ %; without the note: “`));
    await focusOn(page, "#tour-question");
    assert.equal(await page.locator("#tour-answer li").count(), 5);
    assert.match(await textOf(page, "#tour-answer code"), /^glimpse attack .*--word iPod/);
    assert.deepEqual(await labels(), ["apple", "iPod", "pear", "tomato"].toSorted());
    await tabTo(page, "#tour-back");
    await page.keyboard.press("Enter");
    await focusOn(page, "#lab-tour-open");
    assert.ok(await page.locator("#lab-tour").isHidden());
    assert.deepEqual(await labels(), before);

    // Left in the middle, it leaves nothing behind either, and begins anew.
    await page.keyboard.press("Enter");
    await focusOn(page, "#tour-question");
    await said(page, "#tour-far", "1 of 5");
    await tabTo(page, "#tour-guesses button");
    await page.keyboard.press("Escape");
    await focusOn(page, "#lab-tour-open");
    assert.ok(await page.locator("#lab").isVisible(), "Escape left the tour and not the lab");
    assert.deepEqual(await labels(), before);
  });
});

test("axe finds nothing in any tool nor in the tour, and nothing hangs over the edge of a phone", async () => {
  await visit(
    world.browser,
    apple,
    async (page) => {
      await openLab(page);
      await showPull(page);
      await page.locator(".lab-patches [tabindex='0']").focus();
      await assertCleanInBoth(page, "who pulled it");
      await page.locator("#occlude").click();
      await said(page, "#occlude-agree", "r =");
      await assertCleanInBoth(page, "occlusion");
      await openTool(page, "lab-defences");
      await page.locator("#defences-run").click();
      await tried(page, "project");
      await openTool(page, "lab-sweep");
      await page.locator("#sweep-run").click();
      await page.locator("#sweep-title").waitFor({ timeout: PATIENCE });
      await assertCleanInBoth(page, "defences and sweep");
      await page.setViewportSize({ width: 360, height: 780 });
      const overflow = () =>
        page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
      assert.ok((await overflow()) <= 0, "the tools");
      await assertCleanInBoth(page, "the tools on a phone");
      await page.locator("#lab-tour-open").click();
      await page.locator("#tour-guesses button").first().waitFor();
      await assertCleanInBoth(page, "a question");
      for (let step = 1; step <= 5; step += 1) {
        await page.locator("#tour-guesses button").first().click();
        await page.locator("#tour-next").waitFor();
        if (step === 2) await assertCleanInBoth(page, "an answer");
        assert.ok((await overflow()) <= 0, `the tour's answer ${step}`);
        await page.locator("#tour-next").click();
      }
      await page.locator("#tour-back").waitFor();
      await assertCleanInBoth(page, "the tour's end");
      assert.ok((await overflow()) <= 0, "the tour's end");
    },
    missing,
  );
});
