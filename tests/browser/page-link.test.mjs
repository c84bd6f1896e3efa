// The page's address: what is on screen goes into it and comes back, nothing breaks it, no model is fetched for it unasked; and code to embed.
import assert from "node:assert/strict";
import path from "node:path";
import { after, test } from "node:test";
import { launchBrowser } from "./chromium.mjs";
import { answerTo, example, field, firstAnswer, rest, rows, visit } from "./page.mjs";
import { fixturesFolder, pageFolder } from "./places.mjs";
import { startServer } from "./server.mjs";

const server = await startServer({
  folders: { "/": pageFolder, "/fixtures/": fixturesFolder },
});
const browser = await launchBrowser();
after(async () => {
  await browser.close();
  await server.close();
});
const url = `${server.origin}/`;
const tiny = `${server.origin}/fixtures/hf-gelu-neweos-f16/`;

/** The address once the page has written it. */
const written = async (page) => {
  await rest(page);
  return page.evaluate(() => location.href);
};
const labelsOf = async (page) => (await rows(page)).map(({ label }) => label);

test("an untouched page has a plain address; what was changed comes back from the link, and the picture does not", async () => {
  let link = "";
  await visit(browser, url, async (page) => {
    await firstAnswer(page);
    assert.equal(await written(page), url);
    await answerTo(page, () => example(page, "apple").click());
    assert.equal(await written(page), `${url}#picture=apple`);
    await answerTo(page, () => field(page, 4).fill("C++ & 50 %, or a/b?"));
    await answerTo(page, () => field(page, 5).fill("שלום 🍎"));
    await answerTo(page, () => page.locator("#template").fill("the word {}"));
    await answerTo(page, () => page.locator("score-bars .none input").check());
    await page.locator("#unit input[value=cosine]").check({ force: true });
    await page.locator("#sorted").uncheck();
    link = await written(page);
    assert.match(
      link,
      /#picture=apple&labels=.*&template=the\+word\+%7B%7D&none&show=cosine&order=mine$/,
    );
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.locator("#copy-link").click();
    await page.locator("#shared", { hasText: "Copied." }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
  });
  await visit(browser, link, async (page) => {
    const { scores } = await firstAnswer(page);
    assert.deepEqual(
      (await labelsOf(page)).slice(-2).toSorted(),
      ["C++ & 50 %, or a/b?", "שלום 🍎"].toSorted(),
    );
    assert.equal(scores.length, 7, "six labels and none of these");
    assert.equal(await page.locator("#template").inputValue(), "the word {}");
    assert.ok(await page.locator("#unit input[value=cosine]").isChecked());
    assert.equal(await page.locator("#sorted").isChecked(), false);
    assert.equal(await page.locator("image-drop img").getAttribute("alt"), "A drawing of an apple");
    assert.equal(await written(page), link, "the address stays as it is");
    await answerTo(page, () =>
      page
        .locator("image-drop input")
        .setInputFiles(path.join(fixturesFolder, "pictures/shapes_61x90.jpg")),
    );
    const own = await written(page);
    assert.doesNotMatch(own, /picture|shapes|blob:|data:/);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.locator("#copy-link").click();
    await page.locator("#shared", { hasText: "Your picture is not in it" }).waitFor();
  });
});

test("another address in the same tab is taken over, and can be undone", async () => {
  await visit(browser, url, async (page) => {
    await firstAnswer(page);
    const before = await labelsOf(page);
    await answerTo(page, () =>
      page.evaluate(() => (location.hash = "#labels=cow,pig&template=%7B%7D")),
    );
    assert.deepEqual((await labelsOf(page)).toSorted(), ["cow", "pig"]);
    await answerTo(page, () => page.locator("#undo").click());
    assert.deepEqual((await labelsOf(page)).toSorted(), before.toSorted());
    // What an address leaves out is as the page opens with, not as this tab happens to be.
    await page.locator("#unit input[value=cosine]").check({ force: true });
    await page.locator("#sorted").uncheck();
    await answerTo(page, () => page.evaluate(() => (location.hash = "#labels=sheep,goat")));
    assert.ok(await page.locator("#unit input[value=probability]").isChecked());
    assert.ok(await page.locator("#sorted").isChecked());
    assert.equal(await page.locator("#template").inputValue(), "a picture of a {}");
  });
});

test("more labels than a link can hold are there again after a reload", async () => {
  const many = Array.from({ length: 150 }, (_, index) => `a red circle number ${index} of so many`);
  await visit(browser, `${url}#labels=${many.map(encodeURIComponent).join(",")}`, async (page) => {
    await firstAnswer(page);
    await answerTo(page, () => field(page, 0).fill("a zebra"));
    await written(page);
    await page.locator("#copy-link").click();
    await page.locator("#shared", { hasText: "Too many labels for a link" }).waitFor();
    await page.reload();
    await firstAnswer(page);
    const labels = await labelsOf(page);
    assert.equal(labels.length, many.length);
    assert.ok(labels.includes("a zebra"));
  });
});

/** What is read of addresses is tested in `page/link.test.mjs`; these are of what the page then makes of it. */
const odd = [
  "#picture=../../secret",
  "#picture=nothing.png&labels=a",
  "#<script>alert(1)</script>",
  `#labels=${"x".repeat(499)}${encodeURIComponent("🍎")},${Array.from({ length: 400 }, (_, index) => index).join(",")}`,
];

test("no address breaks the page", async () => {
  for (const hash of odd)
    await visit(browser, url + hash, async (page) => {
      const { scores } = await firstAnswer(page);
      assert.ok(scores.length > 0 && scores.length <= 501, hash.slice(0, 60));
      assert.equal(await page.locator("#problem").isVisible(), false);
    });
});

test("a model in a link is fetched only after a person agrees, and the tab remembers that", async () => {
  await visit(browser, `${url}#model=${tiny}`, async (page) => {
    await firstAnswer(page);
    const fetched = () =>
      server.asked.filter((name) => name.startsWith("/fixtures/hf-gelu")).length;
    assert.equal(await page.locator("#model-name").textContent(), "Built-in");
    assert.match(await page.locator("#asked-words").textContent(), /127\.0\.0\.1/);
    assert.match(
      await written(page),
      /#model=/,
      "the wish stays in the address until it is answered",
    );
    assert.equal(fetched(), 0);
    await answerTo(page, () => page.locator("#asked-take").click());
    assert.ok(fetched() > 0);
    assert.match(await page.locator("#model-name").textContent(), /hf-gelu-neweos-f16/);
    assert.equal(await page.locator("#template").inputValue(), "a photo of a {}");
    assert.match(await written(page), /#model=/);
    await page.reload();
    await firstAnswer(page);
    assert.match(await page.locator("#model-name").textContent(), /hf-gelu-neweos-f16/);
  });
  await visit(browser, `${url}#model=${tiny}`, async (page) => {
    await firstAnswer(page);
    await page.locator("#asked-dismiss").click();
    assert.equal(await page.locator("#asked").isVisible(), false);
    assert.equal(await written(page), url);
  });
});

test("what is on screen as an element and as TypeScript: both run and say the same", async () => {
  const hash = "#picture=dog&labels=dog,cat,%22big%22+%26+%3Cred%3E+dog&none&show=logit";
  await visit(browser, url + hash, async (page) => {
    const { scores } = await firstAnswer(page);
    await page.locator("#embed").click();
    const [element, script] = await Promise.all(
      ["#embed-element", "#embed-script"].map((id) => page.locator(id).textContent()),
    );
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.locator("[data-copies=embed-element]").click();
    await page.locator("[data-copies=embed-element]", { hasText: "Copied" }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), element);
    const line = element.slice(element.indexOf("<glimpse-classifier"));
    const shown = await page.evaluate(async (line) => {
      const holder = document.createElement("div");
      holder.innerHTML = line.replace("dog.png", "examples/dog.png");
      const made = holder.firstElementChild;
      const answered = new Promise((resolve) =>
        made.addEventListener("scores", ({ detail }) => resolve(detail.scores ?? detail), {
          once: true,
        }),
      );
      document.body.append(holder);
      return answered;
    }, line);
    const code = script
      .replace('import { Classifier } from "glimpse-clip";', "")
      .replace("dog.png", "examples/dog.png")
      .replace(/console\.log\(scores\[0\]\);.*/, "return scores;");
    const returned = await page.evaluate(async (code) => {
      const { Classifier } = await import(
        new URL("glimpse-clip/dist/index.js", document.baseURI).href
      );
      const [create, labels, options, call] = [
        /create\((.*)\)/,
        /labels = (.*);/,
        /options = (.*);/,
        /classify\("(.*?)"/,
      ].map((part) => part.exec(code)?.[1]);
      const quoted = options.replace(/([{,]\s*)(\w+):/g, '$1"$2":');
      const classifier = await Classifier.create(create ? JSON.parse(create) : {});
      return classifier.classify(call, JSON.parse(labels), JSON.parse(quoted));
    }, code);
    const plain = (some) => some.map(({ label, score }) => [label, score.toFixed(4)]);
    assert.deepEqual(plain(shown), plain(scores));
    assert.deepEqual(plain(returned), plain(scores));
  });
});
