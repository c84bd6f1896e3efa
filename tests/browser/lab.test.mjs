// The typographic lab: reached in one click, the label follows mouse, keyboard and fingers, bars and sentence say what that did.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assertCleanInBoth } from "./axe.mjs";
import { withBrowser } from "./harness.mjs";
import { plain, textOf } from "./lab-tools.mjs";
import { assertClose, assertScores, inOrder } from "./numbers.mjs";
import { firstAnswer, visit } from "./page.mjs";
import { moduleOfPage } from "./page-module.mjs";
import { pageFolder } from "./places.mjs";

const world = await withBrowser({ folders: { "/": pageFolder } });
const url = `${world.server.origin}/`;
const apple = `${url}#picture=apple&lab`;
const { sentenceOf } = await moduleOfPage("lab/sentence.ts");

/** Keeps what the lab tells of, from before its script on. */
const listen = (page) =>
  page.evaluate(() => {
    globalThis.looks = [];
    globalThis.rests = [];
    const keep = (list) => (event) => list.push({ at: performance.now(), ...event.detail });
    document.addEventListener("glimpse:lab", keep(globalThis.looks));
    document.addEventListener("glimpse:lab-rest", keep(globalThis.rests));
  });

const restsSoFar = (page) => page.evaluate(() => globalThis.rests.length);

/** Does something, waits until nothing is left to ask, and gives what the lab told then. */
async function restAfter(page, act) {
  const before = await restsSoFar(page);
  await act();
  await page.waitForFunction((count) => globalThis.rests.length > count, before);
  // What is shown is drawn by another worker.
  await page.locator("#lab-stage:not([aria-busy])").waitFor();
  return page.evaluate(() => globalThis.rests.at(-1));
}

/** Opens the page, then the lab by its button, and waits until it rests. */
async function openLab(page) {
  await firstAnswer(page);
  await listen(page);
  return restAfter(page, () => page.locator("#write").click());
}

/** The same on the apple, by an address: `use(page, rest)`. */
async function onApple(use, options) {
  const { url: address = `${url}#picture=apple`, ...profile } = options ?? {};
  await visit(
    world.browser,
    address,
    async (page) => {
      const rest = await openLab(page);
      await use(page, rest);
    },
    profile,
  );
}

/** Asserts that bars, ghosts and sentence show what the lab told when it rested. */
async function assertShown(page, { scores, clean, blank, control }) {
  const shown = await page.locator("#lab-bars").evaluate((bars) =>
    [...bars.shadowRoot.querySelectorAll("li:not([data-adds])")].map((row) => ({
      label: row.querySelector("input").value,
      number: row.querySelector(".number").textContent.replace(/\s*%$/, ""),
      bar: Number(row.querySelector(".fill").style.getPropertyValue("--score")),
      ghost: row.querySelector(".ghost").hidden
        ? null
        : Number(row.querySelector(".ghost").style.getPropertyValue("--score")),
    })),
  );
  assert.equal(shown.length, scores.length);
  for (const { label, score } of scores) {
    const row = shown.find((candidate) => candidate.label === label);
    const number = score > 0 && score < 0.0005 ? "<0.1" : (100 * score).toFixed(1);
    assert.equal(row.number, number, label);
    assert.equal(row.bar, score, label);
    const earlier = clean.find((one) => one.label === label).score;
    assert.equal(row.ghost, control === "clean" ? null : earlier, `${label}'s ghost`);
  }
  const target = await page.locator("#lab-word").inputValue();
  const sentence = sentenceOf({ control, target, clean, shown: scores, blank });
  assert.equal(await textOf(page, "#lab-sentence"), plain(sentence));
}

/** The label's middle on the screen. */
async function middleOf(page, selector) {
  const { x, y, width, height } = await page.locator(selector).boundingBox();
  return { x: x + width / 2, y: y + height / 2 };
}

/** Takes hold at one place, goes by steps, and lets go. */
async function drag(page, from, by, steps = 12) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + by.x, from.y + by.y, { steps });
  await page.mouse.up();
}

test("one click opens it with a word on the picture; bars, ghosts and sentence agree; Escape and Done go back", async () => {
  await onApple(async (page, first) => {
    assert.equal(first.spec.word, "iPod");
    assertScores(
      first.scores,
      first.scores.map(({ label }) => label),
    );
    const [iPod] = inOrder(first.scores, ["iPod"], "score");
    const [before] = inOrder(first.clean, ["iPod"], "score");
    assert.ok(iPod > before + 0.5, `“iPod” went from ${before} to ${iPod}`);
    await assertShown(page, first);
    assert.equal(await page.evaluate(() => document.activeElement.id), "lab-title");
    assert.equal(await page.locator("#left").isVisible(), false);
    await page.waitForFunction(() => /(&|#)lab$/.test(location.hash));
    // The clean picture is the page's own.
    const page0 = await page.evaluate(() => globalThis.answers.at(-1).scores);
    const labels = page0.map(({ label }) => label);
    assertClose(inOrder(first.clean, labels, "logit"), inOrder(page0, labels, "logit"), 1e-3);

    await page.keyboard.press("Escape");
    await page.locator("#left").waitFor();
    assert.equal(await page.locator("#lab").isVisible(), false);
    assert.equal(await page.evaluate(() => document.activeElement.id), "write");
    await page.waitForFunction(() => !/lab/.test(location.hash));
    assert.deepEqual(
      await page.locator("#labels").evaluate((bars) => bars.labels.toSorted()),
      labels.toSorted(),
    );

    await page.locator("#write").press("Enter");
    await page.locator("#lab-label").waitFor();
    assert.equal(await page.locator("#lab-word").inputValue(), "iPod", "the label is kept");
    await page.locator("#lab-close").click();
    await page.locator("#left").waitFor();
  });
});

test("an address opens it, and going to another without it closes it", async () => {
  await visit(world.browser, apple, async (page) => {
    await page.locator("#lab-label").waitFor();
    await page.waitForFunction(() => document.querySelector("#lab-sentence").textContent !== "");
    assert.match(await textOf(page, "#lab-sentence"), /^“iPod” gained \d+ points/);
    await page.evaluate(() => (location.hash = "#picture=apple"));
    await page.locator("#left").waitFor();
    assert.equal(await page.locator("#lab").isVisible(), false);
  });
});

test("a drag moves the label and the bars with it; frames that nobody had time for are passed over", async (t) => {
  await onApple(async (page, first) => {
    const runs = first.stats.imageTowerRuns;
    const from = await middleOf(page, "#lab-label");
    const { width } = await page.locator("#lab-stage").boundingBox();
    await page.mouse.move(from.x, from.y);
    await page.evaluate(() => {
      globalThis.looks.length = 0;
      globalThis.frames = 0;
      const count = () => {
        globalThis.frames += 1;
        requestAnimationFrame(count);
      };
      requestAnimationFrame(count);
    });
    const before = await restsSoFar(page);
    await page.mouse.down();
    const start = Date.now();
    let moves = 0;
    while (Date.now() - start < 3000) {
      const turn = (2 * Math.PI * (Date.now() - start)) / 3000;
      await page.mouse.move(
        from.x + 0.25 * width * Math.sin(turn),
        from.y - 0.25 * width * (1 - Math.cos(turn)),
      );
      moves += 1;
      await page.waitForTimeout(8);
    }
    const to = { x: from.x - 0.3 * width, y: from.y - 0.4 * width };
    await page.mouse.move(to.x, to.y);
    moves += 1;
    await page.mouse.up();
    // On a busy computer two moves may be so far apart that it rests in between.
    await page.waitForFunction(
      (x) => Math.abs(globalThis.rests.at(-1).spec.x - x) < 0.01,
      first.spec.x - 0.3,
    );
    const { looks, rests, rest, frames } = await page.evaluate(
      (before) => ({
        looks: globalThis.looks,
        rests: globalThis.rests.length - before,
        rest: globalThis.rests.at(-1),
        frames: globalThis.frames,
      }),
      before,
    );
    const during = looks.filter(({ at }) => at <= looks[0].at + 3000);
    const middle = during.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
    t.diagnostic(
      `${(during.length / 3).toFixed(1)} updates a second of ${moves} moves in ${frames} frames; ` +
        `an update took ${Math.round(middle[middle.length >> 1])} ms (median)`,
    );
    assert.ok(looks.length > 3, `${looks.length} updates`);
    assert.ok(looks.length <= moves, "not more answers than moves");
    // One at a time: none begun before the last had come, and none that nobody heard of; the blank paper once where it rests. The
    // tower is spared where two places give the same pixels.
    assert.ok(looks.every(({ control }) => control === "word"));
    const ran = rest.stats.imageTowerRuns - runs;
    assert.ok(
      ran <= looks.length + rests && ran > looks.length / 2,
      `${ran} runs, ${looks.length} looks`,
    );
    for (let at = 1; at < looks.length; at += 1)
      assert.ok(
        looks[at].at - looks[at].milliseconds >= looks[at - 1].at - 1,
        `look ${at} had waited for none`,
      );
    // The last answer is of where the label was let go.
    assert.deepEqual(looks.at(-1).spec, rest.spec);
    assert.deepEqual(looks.at(-1).scores, rest.scores);
    assertClose(
      [rest.spec.x, rest.spec.y],
      [first.spec.x - 0.3, first.spec.y - 0.4],
      0.01,
      "where it was let go",
    );
    assert.equal(rest.spec.height, first.spec.height);
    const places = new Set(looks.map(({ spec }) => `${spec.x} ${spec.y}`));
    assert.equal(places.size, looks.length, "no place was asked about twice");
    await assertShown(page, rest);
  });
});

test("the handles size and turn it, Escape lets go as before, undo takes it back", async () => {
  await onApple(async (page, first) => {
    const centre = await middleOf(page, "#lab-label");
    await page.locator("#lab-stage").hover();
    const scale = await middleOf(page, "#lab-scale");
    const out = { x: (scale.x - centre.x) / 2, y: (scale.y - centre.y) / 2 };
    const larger = await restAfter(page, () => drag(page, scale, out));
    assertClose([larger.spec.height], [first.spec.height * 1.5], 0.01, "half as large again");
    assert.deepEqual([larger.spec.x, larger.spec.y], [first.spec.x, first.spec.y]);

    // Without a pause, both would be one change.
    await page.waitForTimeout(900);
    const rotate = await middleOf(page, "#lab-rotate");
    const around = { x: 2 * (centre.x - rotate.x), y: 0 };
    const turned = await restAfter(page, () => drag(page, rotate, around));
    const half = (2 * Math.atan2(centre.x - rotate.x, centre.y - rotate.y) * 180) / Math.PI;
    assertClose([turned.spec.rotation], [half], 1.5, "degrees");
    await assertShown(page, turned);

    await page.waitForTimeout(900);
    await page.mouse.move(centre.x, centre.y);
    await page.mouse.down();
    await page.mouse.move(centre.x + 60, centre.y, { steps: 4 });
    const let_go = await restAfter(page, () => page.keyboard.press("Escape"));
    await page.mouse.up();
    assert.deepEqual(let_go.spec, turned.spec);
    assert.ok(await page.locator("#lab").isVisible(), "the lab stays open");

    await page.waitForTimeout(900);
    const undo = page.locator("#lab-controls [name=undo]");
    await undo.click();
    while (await undo.isEnabled()) await undo.click();
    const word = await page.locator("#lab-label").getAttribute("aria-label");
    assert.equal(plain(word), "Label “iPod”, 50 % across, 60 % down, 16 % high");
  });
});

test("everything is done by the keyboard alone, and said", async () => {
  await onApple(async (page, first) => {
    let stops = 0;
    while ((await page.evaluate(() => document.activeElement.id)) !== "lab-label") {
      await page.keyboard.press("Tab");
      stops += 1;
      assert.ok(stops < 12, "Tab never reaches the label");
    }
    const press = (...keys) =>
      restAfter(page, async () => {
        for (const key of keys) await page.keyboard.press(key);
      });
    const moved = await press("ArrowLeft", "ArrowLeft", "Shift+ArrowUp");
    assertClose([moved.spec.x, moved.spec.y], [first.spec.x - 0.02, first.spec.y - 0.05], 1e-6);
    const changed = await press("+", "+", "-", "]", "m");
    assertClose([changed.spec.height, changed.spec.rotation], [first.spec.height + 0.01, 5], 1e-6);
    assert.equal(changed.spec.mirror, true);
    await assertShown(page, changed);
    const name = plain(await page.locator("#lab-label").getAttribute("aria-label"));
    assert.equal(
      name,
      "Label “iPod”, 48 % across, 55 % down, 17 % high, turned 5 degrees, mirrored",
    );
    await page.locator("#lab-spoken", { hasText: "mirrored" }).waitFor({ state: "attached" });
    const spoken = await textOf(page, "#lab-spoken");
    assert.equal(spoken, `${name}. ${await textOf(page, "#lab-sentence")}`);
    assert.equal(await page.locator("#model-panel").isVisible(), false, "M is the label's here");
  });
});

test("a finger drags it, two fingers size and turn it", async () => {
  await onApple(
    async (page, first) => {
      const session = await page.context().newCDPSession(page);
      const touch = (type, ...points) =>
        session.send("Input.dispatchTouchEvent", {
          type,
          touchPoints: points.map(({ x, y }, id) => ({ x, y, id })),
        });
      await page.locator("#lab-stage").scrollIntoViewIfNeeded();
      const scrolled = await page.evaluate(() => scrollY);
      const at = await middleOf(page, "#lab-label");
      const { width } = await page.locator("#lab-stage").boundingBox();
      const dragged = await restAfter(page, async () => {
        await touch("touchStart", at);
        for (let step = 1; step <= 8; step += 1)
          await touch("touchMove", { x: at.x, y: at.y - (0.2 * width * step) / 8 });
        await touch("touchEnd");
      });
      assertClose([dragged.spec.x, dragged.spec.y], [first.spec.x, first.spec.y - 0.2], 0.01);

      const now = await middleOf(page, "#lab-label");
      const fingers = (apart, degrees) => {
        const angle = (degrees * Math.PI) / 180;
        const [x, y] = [(Math.cos(angle) * apart) / 2, (Math.sin(angle) * apart) / 2];
        return [
          { x: now.x - x, y: now.y - y },
          { x: now.x + x, y: now.y + y },
        ];
      };
      const pinched = await restAfter(page, async () => {
        const [one, other] = fingers(40, 0);
        await touch("touchStart", one);
        await touch("touchStart", one, other);
        for (let step = 1; step <= 10; step += 1)
          await touch("touchMove", ...fingers(40 + 2 * step, 3 * step));
        await touch("touchEnd");
      });
      assertClose([pinched.spec.height], [first.spec.height * 1.5], 0.02, "half as large again");
      assertClose([pinched.spec.rotation], [30], 2, "degrees");
      assertClose([pinched.spec.x, pinched.spec.y], [dragged.spec.x, dragged.spec.y], 0.02);
      await assertShown(page, pinched);
      assert.equal(await page.evaluate(() => scrollY), scrolled, "the page stays where it is");
      const handle = await page.locator("#lab-scale").boundingBox();
      assert.ok(handle.width >= 44 && handle.height >= 44, "a finger finds the handle");
    },
    { viewport: { width: 360, height: 780 }, hasTouch: true, isMobile: true },
  );
});

test("clean, blank paper and nonsense are one press each, and the parts of the sentence are theirs", async () => {
  await onApple(async (page, first) => {
    const choose = (control) =>
      restAfter(page, () =>
        page.locator(`#lab-control input[value=${control}]`).check({ force: true }),
      );
    const clean = await choose("clean");
    assert.deepEqual(clean.scores, clean.clean);
    await assertShown(page, clean);
    assert.equal(await page.locator("#lab-label").isVisible(), false);
    const blank = await choose("blank");
    assert.deepEqual(blank.scores, blank.blank);
    assertClose(
      inOrder(blank.scores, ["iPod", "apple"], "score"),
      inOrder(first.blank, ["iPod", "apple"], "score"),
      1e-6,
      "the blank paper that the first sentence spoke of",
    );
    await assertShown(page, blank);
    const nonsense = await choose("nonsense");
    await assertShown(page, nonsense);
    assert.match(await textOf(page, "#lab-shown"), /^“\S{4}”: as long as the word/);
    const word = await choose("word");
    assert.deepEqual(word.scores, first.scores, "the same picture, the same numbers");
    // A change of the label brings the word back: without it nobody would see the change.
    await choose("clean");
    const sized = await restAfter(page, () =>
      page.locator("#lab-controls [name=height]").fill("30"),
    );
    assert.deepEqual([sized.control, sized.spec.height], ["word", 0.3]);
  });
});

test("presets write what they say", async () => {
  await onApple(
    async (page) => {
      const press = (name) =>
        restAfter(page, () => page.locator("#lab-presets button", { hasText: name }).click());
      const apple = await press("The apple");
      assert.equal(apple.spec.word, "iPod");
      assert.deepEqual(
        apple.clean.map(({ label }) => label).toSorted(),
        ["apple", "iPod", "pear", "tomato"].toSorted(),
      );
      assert.equal((await press("Write the truth")).spec.word, "apple");
      const others = [];
      for (let times = 0; times < 3; times += 1)
        others.push((await press("Write another label")).spec.word);
      assert.deepEqual(others.toSorted(), ["iPod", "pear", "tomato"].toSorted());
      assert.equal((await press("Mirrored")).spec.mirror, true);
      assert.ok((await press("Tiny")).spec.height < 0.06);
      const corner = (await press("Hidden in the corner")).spec;
      assert.ok(corner.x > 0.8 && corner.y > 0.9 && corner.height < 0.1);
      const story = await press("The tutorial’s story");
      const labels = ["Granny Smith", "iPod", "library", "pizza", "toaster", "dough"];
      assert.deepEqual(story.scores.map(({ label }) => label).toSorted(), labels.toSorted());
      await assertShown(page, story);
    },
    { url },
  );
});

test("a word that is no label is offered to become one; labels are typed as on the page", async () => {
  await onApple(async (page) => {
    const melon = await restAfter(page, () => page.locator("#lab-word").fill("melon"));
    assert.equal(
      melon.scores.some(({ label }) => label === "melon"),
      false,
    );
    assert.match(await textOf(page, "#lab-missing"), /“melon” is not among the labels\.\s+Add it/);
    const added = await restAfter(page, () => page.locator("#lab-missing-add").click());
    assert.ok(added.scores.some(({ label }) => label === "melon"));
    assert.equal(await page.locator("#lab-missing-words").textContent(), "");
    await assertShown(page, added);
    const typed = await restAfter(page, () =>
      page.locator("#lab-bars li input").first().fill("plum"),
    );
    assert.ok(typed.scores.some(({ label }) => label === "plum"));
    assert.equal(typed.stats.imageTowerRuns, added.stats.imageTowerRuns, "the same pictures");
    await page.keyboard.press("Tab");
    await page.locator("#lab-close").click();
    const labels = await page.locator("#labels").evaluate((bars) => bars.labels);
    assert.ok(labels.includes("plum") && labels.includes("melon"), "the page has the same labels");
  });
});

test("what cannot be written is said beside the word, and the last good picture and bars stay", async () => {
  await onApple(async (page, first) => {
    const pixels = () => page.locator("#lab-picture").evaluate((canvas) => canvas.toDataURL());
    const before = await pixels();
    const sentence = await textOf(page, "#lab-sentence");
    const word = page.locator("#lab-word");
    const complains = async (text, words) => {
      await word.fill(text);
      await page.locator("#lab-trouble-words", { hasText: words }).waitFor();
      assert.equal(await word.getAttribute("aria-invalid"), "true");
      assert.equal(await pixels(), before);
      assert.equal(await textOf(page, "#lab-sentence"), sentence);
      assert.equal(await page.locator("#lab-bars[data-old]").count(), 1);
    };
    await complains("", /The word is empty/);
    await complains("x".repeat(10_000), /10000 characters; write 200 at most/);
    await complains("犬", /no sign for "犬"/);
    const drawn = await restAfter(page, () => page.locator("#lab-trouble-font").click());
    assert.deepEqual([drawn.spec.word, drawn.spec.font], ["犬", "cjk"]);
    assert.equal(await page.locator("#lab-trouble-words").textContent(), "");
    assert.equal(await word.getAttribute("aria-invalid"), "false");
    assert.equal(await page.locator("#lab-bars[data-old]").count(), 0);
    const back = await restAfter(page, async () => {
      await page.locator("#lab-controls [name=font]").selectOption("sans");
      await word.fill("iPod");
    });
    assert.deepEqual(back.scores, first.scores);
  });
});

test("fonts, papers, colours and copies change the picture; reset and undo bring it back; it is saved as PNG", async () => {
  await onApple(async (page, first) => {
    const control = (name) => page.locator(`#lab-controls [name=${name}]`);
    await page.locator(".lab-more summary").click();
    const seen = new Set();
    for (const [act, expected] of [
      [() => control("font").selectOption("hand"), { font: "hand" }],
      [() => control("paper").selectOption("sticker"), { paper: "sticker" }],
      [() => control("rotation").fill("-20"), { rotation: -20 }],
      [() => control("tilt").fill("40"), { tilt: 40 }],
      [() => control("turn").fill("-30"), { turn: -30 }],
      [() => control("opacity").fill("70"), { opacity: 0.7 }],
      [() => control("ink").fill("#aa0033"), { ink: "#aa0033" }],
      [() => control("paperColour").fill("#ffee99"), { paperColour: "#ffee99" }],
      [() => control("mirror").check(), { mirror: true }],
      [() => control("copies").fill("3"), { copies: 3 }],
      [() => control("spread").click(), { seed: 1 }],
    ]) {
      const { spec } = await restAfter(page, act);
      for (const [name, value] of Object.entries(expected)) assert.equal(spec[name], value);
      seen.add(await page.locator("#lab-picture").evaluate((canvas) => canvas.toDataURL()));
    }
    assert.equal(seen.size, 11, "every change is seen");
    assert.equal(await page.locator("#lab-outline polygon").count(), 3, "a frame for each copy");

    const saving = page.waitForEvent("download");
    await control("save").click();
    const download = await saving;
    assert.equal(download.suggestedFilename(), "apple-iPod.png");
    const bytes = readFileSync(await download.path());
    assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [1024, 1024]);

    const reset = await restAfter(page, () => control("reset").click());
    assert.deepEqual(reset.spec, first.spec);
    assert.deepEqual(reset.scores, first.scores);
    await control("reset").focus();
    const undone = await restAfter(page, () => page.keyboard.press("Control+z"));
    assert.equal(undone.spec.copies, 3);
  });
});

test("axe finds nothing in light and dark; nothing hangs over a phone's edge; what is pressed is large enough", async () => {
  const states = {
    open: () => null,
    "the label has the focus": (page) => page.locator("#lab-label").focus(),
    clean: (page) => page.locator("#lab-control input[value=clean]").check({ force: true }),
    "a word that is no label": (page) => page.locator("#lab-word").fill("melon"),
    "what cannot be written": async (page) => {
      await page.locator("#lab-word").fill("犬");
      await page.locator("#lab-trouble-font").waitFor();
    },
    "all controls": (page) => page.locator(".lab-more summary").click(),
  };
  for (const width of [360, 1440])
    await onApple(
      async (page) => {
        for (const [state, reach] of Object.entries(states)) {
          await reach(page);
          await page.waitForTimeout(300);
          const over = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          assert.ok(over <= 0, `${state}: ${over} px over the edge at ${width}`);
          await assertCleanInBoth(page, `${state}, ${width}`);
        }
        const small = await page.evaluate(() =>
          [...document.querySelectorAll("#lab :is(button, summary, select, input, .lab-handle)")]
            .filter(
              (control) =>
                control.checkVisibility({ visibilityProperty: true }) &&
                !control.closest(".segments, .check") &&
                !control.classList.contains("link"),
            )
            .map((control) => [
              control.id || control.name || control.textContent.trim(),
              Math.min(control.offsetWidth, control.offsetHeight),
            ])
            .filter(([, side]) => side < 24),
        );
        assert.deepEqual(small, [], `${width}`);
      },
      { viewport: { width, height: 900 } },
    );
});

test("nothing shifts while the label is dragged and its sentence changes", async () => {
  await onApple(async (page) => {
    await page.evaluate(() => {
      globalThis.shifts = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          globalThis.shifts.push([
            entry.value,
            entry.sources.map(({ node }) => node?.id || node?.nodeName),
          ]);
      }).observe({ type: "layout-shift" });
    });
    const from = await middleOf(page, "#lab-label");
    await restAfter(page, () => drag(page, from, { x: -90, y: -160 }, 30));
    await page.waitForTimeout(900);
    const shifts = await page.evaluate(() => globalThis.shifts);
    const total = shifts.reduce((sum, [value]) => sum + value, 0);
    assert.ok(total < 0.005, JSON.stringify(shifts));
  });
});
