// The model picker against the stand-in hub: what is said before a download, its progress, pause, return and end, what is kept, deletion.
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { assertCleanInBoth } from "./axe.mjs";
import { beginsAt, downloads, fixture, hubNoise, hubPolicy, miniFolder, startHub } from "./hub.mjs";
import { withBrowser } from "./harness.mjs";
import { answerAfter, answerTo, firstAnswer, visit } from "./page.mjs";
import { pageFolder } from "./places.mjs";

const hub = await startHub();
const world = await withBrowser({ folders: { "/": pageFolder }, policy: hubPolicy });
const url = `${world.server.origin}/`;
const photo = "laion/CLIP-ViT-B-32-256x256-DataComp-s34B-b86K";
await hub.mount(photo, fixture("openclip-gelu-f32"));
await hub.mount("acme/drawings", miniFolder);
const noise = { expected: [...hubNoise, /ERR_ABORTED/] };

const status = (page, words) => page.locator("#status", { hasText: words }).waitFor();
const entry = (page, name) =>
  page.locator("#model-list li").filter({ has: page.locator(`[id="pick-${name}"]`) });
const opened = async (page) => {
  if (!(await page.locator("#model-panel").isVisible())) await page.locator("#model").click();
  await page.locator('[id="pick-mini"]').waitFor();
};

/** Names the hub in the panel, as a person does who has a mirror. */
async function setHub(page) {
  await opened(page);
  await page.locator("#model-host summary").click();
  await page.locator("#model-hub").fill(hub.url);
  await page.locator("#model-hub").press("Tab");
}

async function useRepository(page, name) {
  await opened(page);
  await page.locator("#model-address").fill(name);
  await page.locator("#model-use").click();
}

test("what is offered, what a large download means, and yes: loaded, kept, found again, deleted", async () => {
  await hub.reset();
  await visit(
    world.browser,
    url,
    async (page) => {
      await firstAnswer(page);
      await setHub(page);
      const auto = page.locator('[id="pick-auto"]');
      assert.equal(await auto.getAttribute("aria-pressed"), "true");
      const names = await page.locator("#model-list .name").allTextContents();
      assert.deepEqual(names.slice(0, 3), [
        "Built-in (automatic)",
        "Built-in (photographs)",
        "Built-in (drawings, words)",
      ]);
      for (const name of ["photo", "photo-small", "openai-b32", "openai-l14-336"]) {
        const words = await entry(page, name).textContent();
        assert.match(words, /\d\s(MB|GB)/, name);
        assert.match(words, /Licence: /, name);
      }
      assert.match(
        await entry(page, "openai-l14-336").locator(".caution").textContent(),
        /deployment out of scope/,
      );
      await page.locator('[id="pick-openai-l14-336"]').click();
      const words = page.locator("#weigh-words", { hasText: "memory" });
      await words.waitFor();
      assert.match(
        await words.textContent(),
        /1\.7\sGB.*2\.[56]\sGB of memory.*free for this site/s,
      );
      await page.locator("#weigh-leave").press("Enter");
      assert.equal(
        await page.evaluate(() => document.activeElement.id),
        "pick-openai-l14-336",
        "the keyboard keeps its place",
      );

      await page.locator('[id="pick-photo"]').press("Enter");
      assert.match(await page.locator("#weigh-take").textContent(), /605\sMB/);
      assert.deepEqual(await hub.log(), [], "something was fetched before anyone said yes");
      const answer = await answerTo(page, () => page.keyboard.press("Enter"));
      assert.ok(answer.scores.length > 1);
      assert.equal(await page.locator("#model-name").textContent(), "photo");
      assert.equal(downloads(await hub.log()).length, 1);

      await answerTo(page, async () => {
        await opened(page);
        await entry(page, "photo").locator(".kept", { hasText: "works offline" }).waitFor();
        await auto.click();
      });
      await hub.reset();
      await answerTo(page, async () => {
        await opened(page);
        await page.locator('[id="pick-photo"]').click();
      });
      assert.deepEqual(downloads(await hub.log()), [], "a kept model was fetched again");

      await opened(page);
      await page.locator('[id="delete-photo"]').click();
      await page.locator("#model-deleted", { hasText: "photo is deleted" }).waitFor();
      assert.equal(await entry(page, "photo").locator(".kept").count(), 0);
      assert.equal(await page.locator("#model-kept").textContent(), "");

      // Of all strangers, only the host that was picked, and where it sends those who want large files.
      const known = [world.server.origin, hub.url, hub.cdn];
      const asked = page.requested.filter((address) => /^https?:/.test(address));
      const strangers = asked.filter((address) => !known.includes(new URL(address).origin));
      assert.deepEqual(strangers, []);
      assert.ok(asked.some((address) => address.startsWith(`${hub.url}/`)));
      assert.deepEqual(await page.context().cookies(), []);
    },
    noise,
  );
});

test("a download tells how far it is, pauses, goes on where it was, also after a reload; it can be left", async () => {
  await hub.reset();
  // Slow enough that the hand reaches the button in time, however busy the machine.
  await hub.fault({ kind: "slow", bytesPerSecond: 800_000, origin: "cdn", times: 3 });
  await visit(
    world.browser,
    url,
    async (page) => {
      await firstAnswer(page);
      await setHub(page);
      await useRepository(page, "acme/drawings");
      await status(page, /Downloading acme\/drawings.*[1-9]\.\d\sMB of 1\d\sMB/);
      await page.locator("#pause").click();
      await status(page, /Paused at \d\.\d\sMB of 1\d\sMB/);
      assert.equal(await page.evaluate(() => document.activeElement.id), "resume");
      const first = await hub.until(({ origin, method }) => origin === "cdn" && method === "GET");
      assert.ok(first.bytesSent < 10e6 || !first.complete, "it went on while it was paused");

      await page.locator("#resume").click();
      await status(page, /Downloading acme\/drawings/);
      await page.locator("#pause").click();
      await status(page, /Paused/);
      // The model is in the address: a reload goes on by itself.
      const reloaded = await answersAfterReload(page);
      assert.ok(reloaded.scores.length > 1);
      assert.equal(await page.locator("#model-name").textContent(), "acme/drawings");
      const parts = downloads(await hub.log());
      assert.ok(parts.length >= 2);
      assert.ok(beginsAt(parts.at(-1)) > 0, "the last part began at the beginning");
      await opened(page);
      await entry(page, "acme/drawings").locator(".kept", { hasText: "works offline" }).waitFor();
      await answerTo(page, () => page.locator('[id="pick-auto"]').click());

      await opened(page);
      await page.locator('[id="delete-acme/drawings"]').click();
      await page.locator("#model-deleted", { hasText: "deleted" }).waitFor();
      await hub.clearFaults();
      await hub.fault({ kind: "slow", bytesPerSecond: 800_000, origin: "cdn" });
      await useRepository(page, "acme/drawings");
      await status(page, /Downloading acme\/drawings.*[1-9]\.\d\sMB of/);
      await answerTo(page, () => page.locator("#cancel").click());
      assert.equal(await page.locator("#model-name").textContent(), "Built-in");
      await opened(page);
      const rest = entry(page, "acme/drawings").locator(".kept");
      assert.match(await rest.textContent(), /\sMB are here; it goes on from there/);
      await page.locator('[id="delete-acme/drawings"]').click();
      await rest.waitFor({ state: "detached" });
    },
    noise,
  );
});

/** Reloads the page and waits for its first answer of the new life. */
async function answersAfterReload(page) {
  await page.reload();
  return answerAfter(page, 0);
}

test("axe finds nothing while a model comes, while it is paused, nor in the list where it is kept", async () => {
  await hub.reset();
  const half = { kind: "cut", after: 4_210_000, hold: true, times: 1 };
  await hub.fault({ file: "model.safetensors", ...half });
  await visit(
    world.browser,
    url,
    async (page) => {
      await firstAnswer(page);
      await setHub(page);
      await useRepository(page, "acme/drawings");
      await status(page, /Downloading acme\/drawings.*4\.\d\sMB of 1\d\sMB/);
      await assertCleanInBoth(page, "downloading");
      await page.locator("#pause").click();
      await status(page, /Paused at 4\.\d\sMB/);
      await assertCleanInBoth(page, "paused");
      await answerTo(page, () => page.locator("#resume").click());
      await opened(page);
      await entry(page, "acme/drawings").locator(".kept", { hasText: "works offline" }).waitFor();
      await assertCleanInBoth(page, "a kept model");
    },
    noise,
  );
});

test("a large file that nobody was told of is not begun without a word", async () => {
  await hub.reset();
  const folder = mkdtempSync(path.join(tmpdir(), "glimpse-large-"));
  after(() => rmSync(folder, { recursive: true }));
  for (const name of readdirSync(fixture()))
    copyFileSync(path.join(fixture(), name), path.join(folder, name));
  // A file of its length and nothing more: the disk is not asked for the zeros behind its end.
  truncateSync(path.join(folder, "model.safetensors"), 400_000_000);
  await hub.mount("acme/large", folder);
  await hub.fault({ kind: "slow", bytesPerSecond: 2_000_000, origin: "cdn" });
  await visit(
    world.browser,
    url,
    async (page) => {
      await firstAnswer(page);
      await setHub(page);
      await useRepository(page, "acme/large");
      await status(page, /A download of 400\sMB.*600\sMB of memory/);
      assert.equal(await page.locator("#resume").textContent(), "Download it");
      const [entry] = downloads(await hub.log());
      assert.ok(entry.bytesSent < 20e6, `${entry.bytesSent} bytes were sent before the question`);
      await answerTo(page, () => page.locator("#cancel").click());
      assert.equal(await page.locator("#model-name").textContent(), "Built-in");
    },
    noise,
  );
});
