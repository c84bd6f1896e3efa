// The lab's stage: reached by one press, the label moved by mouse, keys and fingers, and bars and sentence that follow it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCleanInBoth } from "./axe.mjs";
import { withBrowser } from "./harness.mjs";
import { openLab, plain, said, textOf } from "./lab-tools.mjs";
import { firstAnswer, visit } from "./page.mjs";
import { pageFolder } from "./places.mjs";

const world = await withBrowser({ folders: { "/": pageFolder } });
const apple = `${world.server.origin}/#picture=apple`;

/** Keeps what the lab tells when it rests, and how its answers and the label's places followed each other. */
const watchRests = (page) =>
  page.evaluate(() => {
    globalThis.rests = [];
    document.addEventListener("glimpse:lab-rest", ({ detail }) => globalThis.rests.push(detail));
  });

/** Does something and waits until the lab rests after it; gives what it then told. */
async function restAfter(page, act) {
  const before = await page.evaluate(() => globalThis.rests.length);
  await act();
  await page.waitForFunction((count) => globalThis.rests.length > count, before);
  await page.waitForTimeout(300);
  return page.evaluate(() => globalThis.rests.at(-1));
}

async function inLab(use, options) {
  await visit(
    world.browser,
    apple,
    async (page) => {
      await openLab(page);
      await watchRests(page);
      await use(page);
    },
    options,
  );
}

const score = (scores, label) => scores.find((one) => one.label === label).score;
const best = (scores) => scores.toSorted((one, other) => other.score - one.score)[0].label;
const middleOf = async (page, selector) => {
  const { x, y, width, height } = await page.locator(selector).boundingBox();
  return { x: x + width / 2, y: y + height / 2 };
};
const press = (page, name) =>
  page.locator("#lab-presets button", { hasText: new RegExp(`^${name}$`) }).click();

test("one press opens it, Done and Escape go back to the page as it was, and a link opens it", async () => {
  await visit(world.browser, apple, async (page) => {
    await firstAnswer(page);
    await page.locator("#write").click();
    await page.locator("#lab-label").waitFor();
    assert.equal(await page.locator("#labels").isVisible(), false);
    assert.match(page.url(), /lab/);
    await page.locator("#lab-close").click();
    assert.ok(await page.locator("#labels").isVisible());
    const { labels } = await page.locator("#labels").evaluate(({ labels }) => ({ labels }));
    assert.deepEqual(labels.toSorted(), ["apple", "iPod", "pear", "tomato"]);
    await page.locator("#write").click();
    await page.locator("#lab-label").waitFor();
    await page.keyboard.press("Escape");
    assert.ok(await page.locator("#labels").isVisible());
    await page.locator("#write").click();
    await page.locator("#lab-label").waitFor();
    await page.reload();
    await page.locator("#lab-label").waitFor();
  });
});

test("dragged by the mouse, bars and sentence follow, and no frame waits behind another", async (t) => {
  await inLab(async (page) => {
    const apart = await restAfter(page, () => press(page, "The apple"));
    assert.equal(best(apart.scores), "iPod");
    const points = (scores) =>
      Math.round(100 * (score(scores, "iPod") - score(apart.clean, "iPod")));
    assert.match(
      await textOf(page, "#lab-sentence"),
      new RegExp(`iPod.{0,3} gained ${points(apart.scores)} points`),
    );
    const from = await middleOf(page, "#lab-label");
    const stage = await page.locator("#lab-stage").boundingBox();
    const looked = () => page.evaluate(() => globalThis.looks.length);
    const [before, runs] = [await looked(), apart.stats.imageTowerRuns];
    const moves = 240;
    const start = Date.now();
    const rest = await restAfter(page, async () => {
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      for (let move = 1; move <= moves; move += 1) {
        await page.mouse.move(from.x - 40 * Math.sin(move / 8), from.y - 0.6 * move);
        await page.waitForTimeout(10);
      }
      await page.mouse.up();
    });
    const answers = (await looked()) - before;
    t.diagnostic(`${((1000 * answers) / (Date.now() - start)).toFixed(1)} updates a second`);
    assert.ok(answers > 3 && answers < moves, `${answers} answers to ${moves} moves`);
    // Each answer is one pass, and the blank paper at the end is one more: nothing was asked that nobody was told.
    const passes = rest.stats.imageTowerRuns - runs;
    assert.ok(passes <= answers + 2, `${passes} passes for ${answers} answers`);
    assert.ok(
      Math.abs(rest.spec.y - (0.5 - (0.6 * moves) / stage.height)) < 0.02,
      `${rest.spec.y}`,
    );
    const last = await page.evaluate(() => globalThis.looks.at(-1));
    assert.deepEqual(last.spec, rest.spec, "the last answer is of where the label was let go");
    assert.notEqual(score(rest.scores, "apple"), score(apart.scores, "apple"));
  });
});

test("keys move, size, turn and mirror it, and say where it is", async () => {
  await inLab(async (page) => {
    const { spec } = await restAfter(page, () => press(page, "The apple"));
    await page.locator("#lab-label").focus();
    const { spec: moved } = await restAfter(page, async () => {
      for (const key of ["ArrowRight", "Shift+ArrowDown", "+", "]", "m"])
        await page.keyboard.press(key);
    });
    const close = (found, wanted) =>
      assert.ok(Math.abs(found - wanted) < 1e-6, `${found} ${wanted}`);
    close(moved.x, spec.x + 0.01);
    close(moved.y, spec.y + 0.05);
    close(moved.height, spec.height + 0.01);
    close(moved.rotation, spec.rotation + 5);
    assert.equal(moved.mirror, !spec.mirror);
    const label = plain(await page.locator("#lab-label").getAttribute("aria-label"));
    assert.match(
      label,
      /Label “iPod”, 51 % across, 55 % down, 17 % high, turned 5 degrees, mirrored/,
    );
    await page.locator("#lab-spoken", { hasText: "across" }).waitFor();
  });
});

test("a finger moves it, two fingers size and turn it, on a phone where nothing hangs over the edge", async () => {
  await inLab(
    async (page) => {
      const { spec } = await restAfter(page, () => press(page, "The apple"));
      await page.locator("#lab-label").scrollIntoViewIfNeeded();
      const { x, y } = await middleOf(page, "#lab-label");
      const session = await page.context().newCDPSession(page);
      const touch = (type, ...points) =>
        session.send("Input.dispatchTouchEvent", {
          type,
          touchPoints: points.map(([x, y], id) => ({ x, y, id })),
        });
      const { spec: moved } = await restAfter(page, async () => {
        await touch("touchStart", [x, y]);
        await touch("touchMove", [x, y + 30]);
        await touch("touchEnd");
      });
      assert.ok(moved.y > spec.y + 0.05, `${spec.y} ${moved.y}`);
      const { spec: turned } = await restAfter(page, async () => {
        await touch("touchStart", [x, y + 30]);
        await touch("touchStart", [x, y + 30], [x + 40, y + 30]);
        await touch("touchMove", [x, y + 30], [x + 40, y + 70]);
        await touch("touchEnd");
      });
      assert.ok(turned.height > 1.3 * moved.height, `${moved.height} ${turned.height}`);
      assert.ok(Math.abs(turned.rotation - 45) < 6, `${turned.rotation}`);
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.ok(over <= 0, `${over} pixels hang over the edge`);
      await assertCleanInBoth(page, "the lab on a phone");
    },
    { viewport: { width: 360, height: 740 }, hasTouch: true },
  );
});

test("clean, blank paper and nonsense are shown beside the word; clean has no ghosts", async () => {
  await inLab(async (page) => {
    const word = await restAfter(page, () => press(page, "The apple"));
    const choose = (control) =>
      restAfter(page, () =>
        page.locator(`#lab-control input[value=${control}]`).check({ force: true }),
      );
    const ghosts = () => page.locator("#lab-bars").evaluate(({ ghosts }) => ghosts);
    assert.deepEqual(await ghosts(), word.clean);
    const clean = await choose("clean");
    assert.deepEqual(clean.scores, word.clean);
    assert.equal(await ghosts(), null);
    assert.equal(best((await choose("blank")).scores), "apple");
    assert.equal((await choose("nonsense")).control, "nonsense");
    await said(page, "#lab-shown", "without a meaning");
    await assertCleanInBoth(page, "the lab");
  });
});

test("a word that cannot be written, or that no label stands for, is told beside it, and helped", async () => {
  await inLab(async (page) => {
    const before = await restAfter(page, () => press(page, "The apple"));
    const word = page.locator("#lab-word");
    const trouble = "#lab-trouble-words";
    await word.fill("");
    await page.locator(trouble, { hasText: /\w/ }).waitFor();
    await word.fill("x".repeat(10_000));
    await said(page, trouble, "200");
    assert.equal(await word.getAttribute("aria-invalid"), "true");
    await word.fill("犬");
    await page.locator("#lab-trouble-font").waitFor();
    const helped = await restAfter(page, () => page.locator("#lab-trouble-font").click());
    assert.equal(helped.spec.font, "cjk");
    assert.equal(await textOf(page, trouble), "");
    await said(page, "#lab-missing-words", "is not among the labels");
    const added = await restAfter(page, () => page.locator("#lab-missing-add").click());
    assert.equal(added.scores.length, before.scores.length + 1);
    assert.ok(added.scores.some(({ label }) => label === "犬"));
  });
});

test("every preset is one press", async () => {
  await inLab(async (page) => {
    const of = (name) => restAfter(page, () => press(page, name));
    await of("The apple");
    assert.equal((await of("Write the truth")).spec.word, "apple");
    assert.notEqual((await of("Write another label")).spec.word, "apple");
    assert.equal((await of("Mirrored")).spec.mirror, true);
    assert.equal((await of("Tiny")).spec.height, 0.05);
    assert.ok((await of("Hidden in the corner")).spec.x > 0.8);
    const story = await of("The tutorial’s story");
    assert.equal(story.scores.length, 6);
    assert.equal(best(story.scores), "iPod");
  });
});
