// After one visit the page opens and classifies without its server, at any address of its own; a newer version is offered, not forced.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { launchBrowser } from "./chromium.mjs";
import { answerTo, example, field, firstAnswer, visit } from "./page.mjs";
import { pageFolder, readJson } from "./places.mjs";
import { startServer } from "./server.mjs";

const browser = await launchBrowser();
after(() => browser.close());
/** Deep under a prefix: the worker's scope and all its addresses are relative. */
const prefix = "/some/where/";
/** Chromium names the service worker's own failed requests on the console of the page that is open. */
const gone = [/ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|FAILED)/];

/** Waits until this visit's service worker keeps the whole site. */
const kept = (page) =>
  page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    while (active.state !== "activated")
      await new Promise((resolve) =>
        active.addEventListener("statechange", resolve, { once: true }),
      );
  });

test("one visit, then no server: a reload opens the page, and both built-in models classify", async () => {
  const server = await startServer({ folders: { [prefix]: pageFolder } });
  await visit(
    browser,
    `${server.origin}${prefix}`,
    async (page) => {
      const online = await firstAnswer(page);
      const asked = server.asked.filter((path) => path.endsWith(".wasm")).length;
      assert.equal(asked, 1, "the files were fetched twice before the first scores");
      await kept(page);
      await server.close();
      await page.reload();
      const offline = await firstAnswer(page);
      assert.deepEqual(
        offline.scores.map(({ label, score }) => [label, score.toFixed(6)]),
        online.scores.map(({ label, score }) => [label, score.toFixed(6)]),
      );
      const edited = await answerTo(page, () => field(page, 0).fill("a zebra"));
      assert.ok(edited.scores.some(({ label }) => label === "a zebra"));
      // A drawing, whose model no picture of this visit had needed before.
      const drawing = await answerTo(page, () => example(page, "apple").click());
      assert.deepEqual([drawing.builtIn, drawing.scores[0].label], ["mini", "apple"]);
      // An address that carries labels is the same page.
      await page.goto(`${server.origin}${prefix}?from=a-friend#labels=cat,dog`);
      await firstAnswer(page);
    },
    { serviceWorkers: "allow", expected: gone },
  );
});

test("it can be installed: a manifest with a name, a start, and icons of the sizes they say", async () => {
  const server = await startServer({ folders: { [prefix]: pageFolder } });
  await visit(browser, `${server.origin}${prefix}`, async (page) => {
    await firstAnswer(page);
    const session = await page.context().newCDPSession(page);
    const { errors } = await session.send("Page.getAppManifest");
    assert.deepEqual(errors, []);
    const manifest = readJson(pageFolder, "manifest.webmanifest");
    assert.equal(manifest.display, "standalone");
    for (const { src, sizes, type } of manifest.icons.filter(({ sizes }) => sizes !== "any")) {
      assert.equal(type, "image/png");
      const bytes = readFileSync(path.join(pageFolder, src));
      assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, sizes, src);
    }
  });
  await server.close();
});

test("a newer version is offered and waits; taken, it is there, and the old files are gone", async () => {
  const site = mkdtempSync(path.join(tmpdir(), "glimpse-site-"));
  after(() => rmSync(site, { recursive: true }));
  cpSync(pageFolder, site, { recursive: true });
  const server = await startServer({ folders: { [prefix]: site } });
  const rewrite = (file, change) => {
    const at = path.join(site, file);
    writeFileSync(at, change(readFileSync(at, "utf8")));
  };
  await visit(
    browser,
    `${server.origin}${prefix}`,
    async (page) => {
      await firstAnswer(page);
      await kept(page);
      await page.reload();
      await firstAnswer(page);
      assert.equal(await page.locator("#update").isVisible(), false);

      rewrite("index.html", (html) => html.replace(/<title>.*<\/title>/, "<title>Newer</title>"));
      rewrite("sw.js", (script) =>
        script.replace(/("?url"?:"index\.html","?revision"?:")\w+/, "$10123456789abcdef"),
      );
      // The tab stays open, and is looked at again an hour later.
      await page.evaluate(() => {
        const now = Date.now;
        Date.now = () => now() + 3_600_000;
        document.dispatchEvent(new Event("visibilitychange"));
      });
      await page.locator("#update").waitFor();
      assert.notEqual(await page.title(), "Newer", "the newer one was forced");
      await page.locator("#update-later").click();
      assert.equal(await page.locator("#update").isVisible(), false);
      await page.reload();
      await page.locator("#update").waitFor();
      assert.notEqual(await page.title(), "Newer");
      await page.locator("#update-take").click();
      await page.waitForFunction(() => document.title === "Newer");
      await firstAnswer(page);
      const revisions = await page.evaluate(async () => {
        const addresses = [];
        for (const name of await caches.keys())
          for (const { url } of await (await caches.open(name)).keys()) addresses.push(url);
        return addresses.filter((url) => url.includes("index.html"));
      });
      assert.equal(revisions.length, 1, revisions.join());
      assert.match(revisions[0], /0123456789abcdef/);
    },
    { serviceWorkers: "allow" },
  );
  await server.close();
});
