// The lab's label follows mouse, keyboard and fingers, and the bars follow it without a queue and without a shift.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withBrowser } from "./harness.mjs";
import {
  afterAPause,
  assertShown,
  drag,
  labRests,
  middleOf,
  onApple,
  restAfter,
  restsSoFar,
} from "./lab-page.mjs";
import { plain, textOf } from "./lab-tools.mjs";
import { assertClose } from "./numbers.mjs";
import { nextFrames } from "./page.mjs";
import { pageFolder } from "./places.mjs";

const world = await withBrowser({ folders: { "/": pageFolder } });
/** How many moves a drag around the picture takes, one a frame. */
const ROUND = 180;

test("a drag moves the label and the bars with it; frames that nobody had time for are passed over", async (t) => {
  await onApple(world, async (page, first) => {
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
    let moves = 0;
    while (moves < ROUND) {
      const turn = (2 * Math.PI * moves) / ROUND;
      await page.mouse.move(
        from.x + 0.25 * width * Math.sin(turn),
        from.y - 0.25 * width * (1 - Math.cos(turn)),
      );
      moves += 1;
      await nextFrames(page, 1);
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
    const seconds = (looks.at(-1).at - looks[0].at) / 1000;
    const middle = looks.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
    t.diagnostic(
      `${(looks.length / seconds).toFixed(1)} updates a second of ${moves} moves in ${frames} frames; ` +
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
  await onApple(world, async (page, first) => {
    const centre = await middleOf(page, "#lab-label");
    await page.locator("#lab-stage").hover();
    const scale = await middleOf(page, "#lab-scale");
    const out = { x: (scale.x - centre.x) / 2, y: (scale.y - centre.y) / 2 };
    const larger = await restAfter(page, () => drag(page, scale, out));
    assertClose([larger.spec.height], [first.spec.height * 1.5], 0.01, "half as large again");
    assert.deepEqual([larger.spec.x, larger.spec.y], [first.spec.x, first.spec.y]);

    await afterAPause(page);
    const rotate = await middleOf(page, "#lab-rotate");
    const around = { x: 2 * (centre.x - rotate.x), y: 0 };
    const turned = await restAfter(page, () => drag(page, rotate, around));
    const half = (2 * Math.atan2(centre.x - rotate.x, centre.y - rotate.y) * 180) / Math.PI;
    assertClose([turned.spec.rotation], [half], 1.5, "degrees");
    await assertShown(page, turned);

    await afterAPause(page);
    await page.mouse.move(centre.x, centre.y);
    await page.mouse.down();
    await page.mouse.move(centre.x + 60, centre.y, { steps: 4 });
    const let_go = await restAfter(page, () => page.keyboard.press("Escape"));
    await page.mouse.up();
    assert.deepEqual(let_go.spec, turned.spec);
    assert.ok(await page.locator("#lab").isVisible(), "the lab stays open");

    const undo = page.locator("#lab-controls [name=undo]");
    let undone = 0;
    for (; await undo.isEnabled(); undone += 1) await undo.click();
    assert.ok(undone >= 3, `what was done with pauses between was ${undone} changes, not three`);
    const word = await page.locator("#lab-label").getAttribute("aria-label");
    assert.equal(plain(word), "Word “iPod”, 50 % across, 60 % down, 16 % high");
  });
});

test("everything is done by the keyboard alone, and said", async () => {
  await onApple(world, async (page, first) => {
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
      "Word “iPod”, 48 % across, 55 % down, 17 % high, turned 5 degrees, mirrored",
    );
    await page.locator("#lab-spoken", { hasText: "mirrored" }).waitFor({ state: "attached" });
    const spoken = await textOf(page, "#lab-spoken");
    assert.equal(spoken, `${name}. ${await textOf(page, "#lab-sentence")}`);
    assert.equal(await page.locator("#model-panel").isVisible(), false, "M is the label's here");
  });
});

test("a finger drags it, two fingers size and turn it", async () => {
  await onApple(
    world,
    async (page, first) => {
      const session = await page.context().newCDPSession(page);
      const touch = (type, ...points) =>
        session.send("Input.dispatchTouchEvent", {
          type,
          touchPoints: points.map(({ x, y }, id) => ({ x, y, id })),
        });
      await page.locator("#lab-stage").scrollIntoViewIfNeeded();
      const scrolled = await page.evaluate(() => scrollY);
      const leading = await page.locator("#lab-bars li .track").first().boundingBox();
      assert.ok(leading.y + leading.height < 780, "the leading bar is seen with the picture");
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

test("nothing shifts while the label is dragged and its sentence changes", async () => {
  await onApple(world, async (page) => {
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
    // The sentence is spoken last.
    await labRests(page);
    const shifts = await page.evaluate(() => globalThis.shifts);
    const total = shifts.reduce((sum, [value]) => sum + value, 0);
    assert.ok(total < 0.005, JSON.stringify(shifts));
  });
});
