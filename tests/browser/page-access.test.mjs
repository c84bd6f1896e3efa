// Who can use the page and what it costs them: axe in every state, no shift while it loads, any width, forced colours, no storage, no stranger.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { assertClean, assertCleanInBoth } from "./axe.mjs";
import { launchBrowser } from "./chromium.mjs";
import { answerTo, field, firstAnswer, remember, rest, visit } from "./page.mjs";
import { fixturesFolder, pageFolder } from "./places.mjs";
import { sendFile, startServer } from "./server.mjs";

const server = await startServer({ folders: { "/": pageFolder } });
const browser = await launchBrowser();
after(async () => {
  await browser.close();
  await server.close();
});
const url = `${server.origin}/`;
const photograph = path.join(fixturesFolder, "pictures/shapes_61x90.jpg");
const weights = "/glimpse-clip/models/mini-photo/open_clip_model.safetensors";

/** Three pictures and one that is broken, as a person picks them. */
const severalPictures = () => [
  ...["shapes_61x90.jpg", "gradient_97x64.png", "noise_grey_33x45.png"].map((name) => ({
    name,
    mimeType: name.endsWith("png") ? "image/png" : "image/jpeg",
    buffer: readFileSync(path.join(fixturesFolder, "pictures", name)),
  })),
  { name: "broken.jpg", mimeType: "image/jpeg", buffer: Buffer.from([0xff, 0xd8, 0xff, 1, 2, 3]) },
];

const states = {
  ready: () => null,
  "none of these, cosine, my order": async (page) => {
    await answerTo(page, () => page.locator("score-bars .none input").check());
    await page.locator("#unit input[value=cosine]").check({ force: true });
    await page.locator("#sorted").uncheck();
  },
  "a guess, suggestions open": async (page) => {
    await answerTo(page, () => field(page, 0).fill("a quokka"));
    await field(page, 4).click();
    await page.keyboard.type("ele");
    await rest(page);
  },
  "find labels": async (page) => {
    await page.locator("#find").click();
    await page.locator("#finder-groups button").first().waitFor();
  },
  templates: (page) => page.locator("#template-open").click(),
  "an ensemble, many scripts": (page) =>
    answerTo(page, () =>
      page.evaluate(() => (location.hash = "#template=imagenet&labels=dog,כלב גדול,قطة صغيرة,犬")),
    ),
  "a bad template": (page) => page.locator("#template").fill("no place"),
  "the model panel": (page) => page.locator("#model").click(),
  "a large download is weighed": async (page) => {
    await page.locator("#model").click();
    await page.locator('[id="pick-photo"]').click();
    await page.locator("#weigh-words", { hasText: "memory" }).waitFor();
  },
  "the device panel": (page) => page.locator("#device").click(),
  "the keyboard's sheet": (page) => page.locator("#keys").click(),
  "the code to embed": (page) => page.locator("#embed").click(),
  "no labels": async (page) => {
    for (let left = 4; left > 0; left -= 1) {
      await page.locator("score-bars li").first().hover();
      await page.locator("score-bars .remove").first().click();
    }
    await page.locator("#names-chips button").first().waitFor();
  },
  "labels beyond the built-in model": async (page) => {
    await answerTo(page, () =>
      page.evaluate(() => (location.hash = "#labels=a crowd,a sunny day,Mona Lisa")),
    );
    await page.locator("#offer").waitFor();
  },
  "what could it be": async (page) => {
    await page.locator("#name-it").click();
    await page.locator("#names-chips button").first().waitFor();
  },
  "another model was chosen for the picture": (page) =>
    answerTo(page, () => page.locator("#answerer-change").click()),
  "what the model sees": async (page) => {
    await page.locator("#seen-button").click();
    await page.locator("#seen").waitFor();
  },
  "no camera": async (page) => {
    await page.locator("#camera-button").click();
    await page.locator("#camera-note", { hasText: /no camera here|blocked/ }).waitFor();
  },
  "many pictures, one of them broken": async (page) => {
    // High enough that all cards are in sight: others are not there.
    await page.setViewportSize({ width: 1280, height: 2000 });
    await page.locator("image-drop input").setInputFiles(severalPictures());
    await page.locator("#gallery[data-activity=done]").waitFor();
    await page.locator(".card[data-trouble]").waitFor();
  },
  "a newer version is offered": (page) =>
    page.evaluate(() => (document.querySelector("#update").hidden = false)),
  "an error": async (page) => {
    await page.locator("image-drop input").setInputFiles(path.join(fixturesFolder, "make.py"));
    await page.locator("html[data-state=error]").waitFor({ state: "attached" });
    await page.locator("#problem-detail summary").click();
  },
};

test("axe finds nothing in any state, in light and in dark", async () => {
  const look = (address, reach, state) =>
    visit(
      browser,
      address,
      async (page) => {
        await firstAnswer(page);
        await reach(page);
        await assertCleanInBoth(page, state);
      },
      { reducedMotion: "reduce", expected: [/GlimpseError/] },
    );
  for (const [state, reach] of Object.entries(states)) await look(url, reach, state);
  const link = `${url}#model=owner/name&labels=a+dog,a+cat`;
  await look(link, () => null, "a link asks for a model");
});

test("axe finds nothing while the model loads, nor where it cannot be fetched", async () => {
  for (const colorScheme of ["light", "dark"]) {
    let release;
    const held = new Promise((resolve) => (release = resolve));
    server.route(weights, async (request, response) => {
      await held;
      response.writeHead(404).end();
    });
    await visit(
      browser,
      url,
      async (page) => {
        await page.locator("#status", { hasText: "Loading" }).waitFor();
        await assertClean(page, `loading, ${colorScheme}`);
        release();
        await page.locator("html[data-state=error]").waitFor({ state: "attached" });
        await assertClean(page, `no model, ${colorScheme}`);
      },
      { colorScheme, reducedMotion: "reduce", expected: [/404 \(/, /GlimpseError/] },
    );
  }
  server.route(weights, (request, response) =>
    sendFile(request, response, path.join(pageFolder, weights)),
  );
});

test("nothing shifts while the page and its model load", async () => {
  const watch = { width: 1440, height: 900 };
  for (const viewport of [watch, { width: 360, height: 740 }]) {
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    await page.addInitScript(remember);
    await page.addInitScript(() => {
      globalThis.shifts = [];
      new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries())
          globalThis.shifts.push([
            value,
            sources.map(({ node }) => node?.id || node?.className || node?.nodeName).join(),
          ]);
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(url);
    await firstAnswer(page);
    // The service worker comes last: what the built-in model was taught is there by then.
    await page.evaluate(() => navigator.serviceWorker.ready);
    await rest(page);
    const shifts = await page.evaluate(() => globalThis.shifts);
    const total = shifts.reduce((sum, [value]) => sum + value, 0);
    assert.ok(total < 0.005, `${viewport.width} wide: ${JSON.stringify(shifts)}`);
    await context.close();
  }
});

test("from 320 pixels to 4K nothing hangs over the edge, and what is pressed is large enough", async () => {
  for (const width of [320, 360, 768, 1440, 3840])
    await visit(
      browser,
      url,
      async (page) => {
        await firstAnswer(page);
        const overflow = () =>
          page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
        assert.ok((await overflow()) <= 0, `${width}`);
        await page.locator("#find").click();
        await page.locator("#finder-groups button").first().waitFor();
        assert.ok((await overflow()) <= 0, `${width}, labels to find`);
        await page.locator("#name-it").click();
        await page.locator("#names-chips button").first().waitFor();
        assert.ok((await overflow()) <= 0, `${width}, names`);
        for (const id of ["keys", "embed"]) {
          await page.locator(`#${id}`).evaluate((button) => button.click());
          const sheet = await page
            .locator("dialog[open]")
            .evaluate((dialog) => [
              dialog.getBoundingClientRect().left,
              dialog.scrollWidth - dialog.clientWidth,
            ]);
          assert.ok(sheet[0] >= 0 && sheet[1] <= 0, `${width}, ${id}: ${sheet}`);
          await page.keyboard.press("Escape");
        }
        const small = await page.evaluate(() => {
          const inside = [
            ...document.querySelectorAll("main button, main summary, nav button, .segments label"),
          ];
          const rows = [
            ...document.querySelector("score-bars").shadowRoot.querySelectorAll("input, button"),
          ];
          return [...inside, ...rows]
            .filter(
              (control) =>
                control.checkVisibility({ visibilityProperty: true }) &&
                !control.closest("label, .none") &&
                !control.classList.contains("link"),
            )
            .map((control) => [
              control.id || control.textContent.trim(),
              Math.min(control.offsetWidth, control.offsetHeight),
            ])
            .filter(([, side]) => side < 24);
        });
        assert.deepEqual(small, [], `${width}`);
      },
      { viewport: { width, height: 900 } },
    );
});

test("forced colours keep bars, choices and edges; less motion means none; more contrast has more", async () => {
  await visit(
    browser,
    url,
    async (page) => {
      await firstAnswer(page);
      const fill = await page
        .locator("score-bars li .fill")
        .first()
        .evaluate((fill) => {
          const probe = document.createElement("div");
          probe.style.background = "Highlight";
          document.body.append(probe);
          return [getComputedStyle(fill).backgroundColor, getComputedStyle(probe).backgroundColor];
        });
      assert.equal(fill[0], fill[1]);
      const chosen = await page
        .locator("#unit label:has(:checked) span")
        .evaluate((span) => getComputedStyle(span).backgroundColor);
      assert.equal(chosen, fill[1]);
      const moving = await page.evaluate(() => {
        const { shadowRoot } = document.querySelector("score-bars");
        return [...document.querySelectorAll("*"), ...shadowRoot.querySelectorAll("*")]
          .flatMap((element) => getComputedStyle(element).transitionDuration.split(", "))
          .filter((duration) => Number.parseFloat(duration) > 0);
      });
      assert.deepEqual(moving, []);
    },
    { forcedColors: "active", reducedMotion: "reduce" },
  );
  const lines = [];
  for (const contrast of ["no-preference", "more"])
    await visit(
      browser,
      url,
      async (page) => {
        await firstAnswer(page);
        lines.push(
          await page.locator("footer").evaluate((footer) => getComputedStyle(footer).color),
        );
      },
      { contrast },
    );
  assert.notEqual(lines[0], lines[1]);
});

test("no cookie, no request to a stranger, and nothing stored but the colours and the keys a person chose", async () => {
  await visit(browser, url, async (page) => {
    await firstAnswer(page);
    assert.match(await page.locator("footer").textContent(), /No cookies, no telemetry/);
    const stored = () =>
      page.evaluate(() => [
        document.cookie,
        Object.keys(localStorage).toSorted(),
        Object.keys(sessionStorage),
      ]);
    assert.deepEqual(await stored(), ["", [], []]);
    await answerTo(page, () => page.locator("image-drop input").setInputFiles(photograph));
    await answerTo(page, () => field(page, 0).fill("a secret label"));
    await page.locator("#theme").click();
    await page.locator("#keys").click();
    await page.locator("#keys-single").uncheck();
    await page.keyboard.press("Escape");
    // The address is the last to be written.
    await page.waitForURL(/secret/);
    await rest(page);
    assert.deepEqual(await stored(), ["", ["glimpse-single-keys", "glimpse-theme"], []]);
    assert.deepEqual(await page.context().cookies(), []);
    const foreign = page.requested.filter(
      (address) => /^https?:/.test(address) && !address.startsWith(url),
    );
    assert.deepEqual(foreign, []);
    assert.ok(
      page.requested.every((address) => !/secret/.test(address)),
      "labels are in no request",
    );
  });
});
