// `letter` in the browser: the command line's bytes for every spec, pictures of every form, fonts when they are needed, clear refusals.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { withBrowser } from "./harness.mjs";
import { fixturesFolder, readJson, root } from "./places.mjs";

const world = await withBrowser();
world.server.mount("/examples/", path.join(root, "www", "examples"));
const { cases } = readJson(fixturesFolder, "lettering.json");

/** Gives a page the lab's test pictures: the fixture's background, and a hash of a picture's RGB bytes. */
const prepare = (page) =>
  page.evaluate(() => {
    globalThis.lab = {
      background(side) {
        const pixels = new ImageData(side, side);
        for (let y = 0; y < side; y += 1)
          for (let x = 0; x < side; x += 1) {
            const at = 4 * (y * side + x);
            for (let c = 0; c < 3; c += 1)
              pixels.data[at + c] = (40 + 3 * x + 5 * y + 61 * c + ((x * y) % 17)) % 256;
            pixels.data[at + 3] = 255;
          }
        return pixels;
      },
      async sha256({ data }) {
        const rgb = Uint8Array.from(data).filter((_, at) => at % 4 < 3);
        const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", rgb));
        return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      },
    };
  });

test(`${cases.length} specs give the bytes that they give natively, and each font is fetched once`, async () => {
  assert.ok(cases.length >= 50);
  const before = world.server.asked.length;
  await world.onPage(async (page) => {
    await prepare(page);
    const seen = await page.evaluate(async (cases) => {
      const seen = [];
      for (const { spec, sha256 } of cases) {
        const hashes = {};
        for (const side of Object.keys(sha256)) {
          const background = lab.background(Number(side));
          const { image } = await harness.letter(background, spec, { size: Number(side) });
          hashes[side] = await lab.sha256(image);
        }
        seen.push({ spec, sha256: hashes });
      }
      return seen;
    }, cases);
    for (const [at, { spec, sha256 }] of cases.entries())
      assert.deepEqual(seen[at].sha256, sha256, JSON.stringify(spec));
  });
  const asked = world.server.asked.slice(before);
  const fonts = asked.filter((file) => file.endsWith(".ttf"));
  assert.equal(new Set(fonts).size, fonts.length, `${fonts}`);
  assert.equal(fonts.length, new Set(cases.map(({ spec }) => spec.font)).size);
  const model = asked.filter((file) => file.includes("/models/"));
  assert.deepEqual(model, [], "a worker that only draws loads no model");
});

test("a classifier's square is lettered as it is; files, addresses and drawings are brought to the square first", async () => {
  await world.onPage(async (page) => {
    await prepare(page);
    const seen = await page.evaluate(async () => {
      const classifier = await harness.Classifier.create({ model: "mini", device: "cpu" });
      const spec = { word: "iPod", height: 0.2, y: 0.7, rotation: -6 };
      const blob = await harness.picture("/examples/apple.png");
      const square = await classifier.preprocess(blob);
      const hash = async (image, options) =>
        lab.sha256((await harness.letter(image, spec, options)).image);
      const ofSquare = await harness.letter(square, spec, { classifier });
      const { corners, area } = ofSquare;
      const large = await harness.letter(blob, spec, { classifier, size: 300 });
      const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>';
      const drawn = await harness.letter(new Blob([svg]), { blank: true });
      const seen = {
        size: [ofSquare.image.width, ofSquare.image.height, classifier.info.imageSize],
        same: [
          await lab.sha256(ofSquare.image),
          await hash(blob, { classifier }),
          await hash("/examples/apple.png", { classifier }),
        ],
        changed: (await lab.sha256(ofSquare.image)) !== (await lab.sha256(square)),
        kept: square.data.length,
        corners,
        area,
        large: [large.image.width, large.area],
        drawn: drawn.image.width,
        again: await classifier.classify(ofSquare.image, ["apple", "iPod"], {
          preprocessed: true,
        }),
      };
      await classifier.dispose();
      return seen;
    });
    const [width, height, imageSize] = seen.size;
    assert.deepEqual([width, height], [imageSize, imageSize]);
    assert.equal(new Set(seen.same).size, 1);
    assert.equal(seen.changed, true);
    assert.equal(seen.kept, 4 * imageSize * imageSize, "the caller's square stays the caller's");
    assert.equal(seen.corners.length, 1);
    const [middleX, middleY] = [0, 1].map(
      (axis) => seen.corners[0].reduce((sum, corner) => sum + corner[axis], 0) / 4,
    );
    assert.ok(Math.abs(middleX - 0.5) < 1e-3 && Math.abs(middleY - 0.7) < 1e-3);
    assert.ok(seen.area > 0.02 && seen.area < 0.5, `${seen.area}`);
    assert.equal(seen.large[0], 300);
    assert.ok(Math.abs(seen.large[1] - seen.area) < 0.05);
    assert.equal(seen.drawn, 224);
    assert.equal(seen.again.length, 2);
  });
});

test("what cannot be written is refused in words that help", async () => {
  await world.onPage(async (page) => {
    const seen = await page.evaluate(async () => {
      const pixel = new ImageData(1, 1);
      const specs = {
        empty: {},
        spaces: { word: "  " },
        long: { word: "a".repeat(10_000) },
        control: { word: "i\u0007Pod" },
        lines: { word: "i\nPod" },
        glyphs: { word: "犬", font: "sans" },
        emoji: { word: "🍎" },
        font: { word: "iPod", font: "papyrus" },
        small: { word: "iPod", height: 0.001 },
        far: { word: "iPod", x: 7 },
        colour: { word: "iPod", ink: "red" },
        copies: { word: "iPod", copies: 65 },
      };
      const seen = {};
      for (const [name, spec] of Object.entries(specs))
        seen[name] = await harness.attempt(harness.letter(pixel, spec));
      const tiny = await harness.letter(pixel, { word: "iPod", height: 1 }, { size: 1 });
      const empty = await harness.attempt(harness.letter(new Blob([]), { word: "iPod" }));
      return { seen, tiny: tiny.image.data.length, empty: empty.code };
    });
    const words = {
      empty: /empty/,
      spaces: /empty/,
      long: /10000 characters; write 200/,
      control: /character 2 .* control character \(U\+0007\)/,
      lines: /character 2 .* control character \(U\+000A\)/,
      glyphs: /"sans" has no sign for "犬" \(U\+72AC\).*cjk/,
      emoji: /no bundled font/,
      font: /no font "papyrus"; choose one of sans, serif/,
      small: /height is 0.001; it must be from 0.02 to 1/,
      far: /x is 7; it must be from -0.5 to 1.5/,
      colour: /"red" is no colour; write it as #rrggbb/,
      copies: /copies is 65; it must be from 1 to 64/,
    };
    for (const [name, { code, typed, message }] of Object.entries(seen.seen)) {
      assert.deepEqual([name, code, typed], [name, "lettering", true]);
      assert.match(message, words[name], name);
    }
    assert.equal(seen.tiny, 4);
    assert.equal(seen.empty, "decode");
  });
});

test("fonts may lie elsewhere; one that is not there, or is another, is told", async () => {
  world.server.mount("/my-fonts/", path.join(root, "crates", "lettering", "fonts"));
  world.server.route("/bad-fonts/DejaVuSans.ttf", (request, response) => response.end("no font"));
  await world.onPage(
    async (page) => {
      const seen = await page.evaluate(async () => {
        const pixel = new ImageData(8, 8);
        const from = (fontsUrl) =>
          harness.attempt(harness.letter(pixel, { word: "a" }, { fontsUrl, size: 8 }));
        return {
          bad: await from("/bad-fonts/"),
          missing: await from("/no-fonts"),
          mine: await from("/my-fonts"),
        };
      });
      assert.deepEqual([seen.bad.code, seen.bad.typed], ["integrity", true]);
      assert.match(seen.bad.message, /DejaVuSans\.ttf of the font "sans" is damaged/);
      assert.equal(seen.missing.code, "network");
      assert.match(seen.missing.message, /no-fonts\/DejaVuSans\.ttf answered 404/);
      assert.ok(seen.mine.value.area > 0);
    },
    { expected: [/404 \(Not Found\).*no-fonts/] },
  );
  assert.ok(world.server.asked.includes("/my-fonts/DejaVuSans.ttf"));
});

test("while a label is dragged, the picture and its bars keep up", async (t) => {
  await world.onPage(async (page) => {
    const seen = await page.evaluate(async () => {
      const classifier = await harness.Classifier.create({ model: "mini", device: "cpu" });
      const square = await classifier.preprocess(await harness.picture("/examples/apple.png"));
      const labels = ["apple", "iPod", "dog", "a red star"];
      const once = async (at) => {
        const spec = { word: "iPod", x: 0.3 + (at % 40) / 100, y: 0.6 };
        const { image } = await harness.letter(square, spec, { classifier });
        await classifier.classify(image, labels, { preprocessed: true });
      };
      await once(99);
      const start = performance.now();
      for (let at = 0; at < 30; at += 1) await once(at);
      const each = (performance.now() - start) / 30;
      await classifier.dispose();
      return each;
    });
    t.diagnostic(`${(1000 / seen).toFixed(1)} updates a second`);
    assert.ok(seen < 1000, `${seen} ms an update`);
  });
});
