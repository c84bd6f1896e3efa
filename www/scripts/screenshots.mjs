// Takes pictures of every state of the built page, light and dark, 390, 768 and 1440 pixels wide, and the one in the README.
//
//   npm --prefix www run screenshots [-- FOLDER [STATE…]]
//
// FOLDER defaults to target/screenshots, STATE to all of them. Needs a built page in dist/ and Chromium (CHROMIUM names another than Debian's).
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { launchBrowser } from "../../tests/browser/chromium.mjs";
import { remember, rest } from "../../tests/browser/page.mjs";
import { fixturesFolder, pageFolder, root, targetFolder } from "../../tests/browser/places.mjs";
import { sendFile, startServer } from "../../tests/browser/server.mjs";

const [, , into = path.join(targetFolder, "screenshots"), ...only] = process.argv;
const folder = path.resolve(into);
const weights = "/glimpse-clip/models/mini-photo/open_clip_model.safetensors";
const pictures = ["shapes_61x90.jpg", "gradient_97x64.png", "noise_grey_33x45.png"];

/** A repository whose weights stop coming half-way, on the page's own server: where it is listed, and where its files are. */
const repository = "acme/drawings";
const commit = "c".repeat(40);
const listed = `/api/models/${repository}`;
const miniFolder = path.join(pageFolder, "glimpse-clip", "models", "mini");
const half = 4_210_000;

const field = (page, row) => page.locator("score-bars li input").nth(row);

/** Waits until the lab has said what its word did. */
const labRests = (page) => page.locator("#lab-sentence", { hasText: /leads/ }).waitFor();
const bothRest = (page) => page.locator("#lab-pair-lesson", { hasText: /moves/ }).waitFor();

/** Begins to load the repository, whose download then stands still. */
async function download(page) {
  await page.locator("#model").click();
  await page.locator("#model-host summary").click();
  await page.locator("#model-hub").fill(server.origin);
  await page.locator("#model-hub").press("Tab");
  await page.locator("#model-address").fill(repository);
  await page.locator("#model-use").click();
  await page.locator("#status", { hasText: /4\.\d\sMB of/ }).waitFor();
}

/** How each state is reached from the page as it opens; `hash` is its address, `weights` what answers for the model. */
const states = {
  ready: {},
  coffee: { hash: "#picture=coffee" },
  rocket: { hash: "#picture=rocket" },
  drawing: { hash: "#picture=apple" },
  "the-other-model": { hash: "#by=mini" },
  names: {
    reach: async (page) => {
      await page.locator("#name-it").click();
      await page.locator("#names-chips button").first().waitFor();
    },
  },
  beyond: {
    hash: "#labels=a crowd,a sunny day,Mona Lisa,tabby cat",
    reach: (page) => page.locator("#offer").waitFor(),
  },
  loading: {
    weights: () => null,
    wants: "loading",
    reach: (page) => page.locator("#status", { hasText: "Loading" }).waitFor(),
  },
  "no-model": { weights: (response) => response.writeHead(500).end(), wants: "error" },
  "word-on-an-apple": { hash: "#picture=apple-ipod" },
  "none-of-these": { hash: "#none&labels=lemon,banana,pineapple,orange" },
  "my-order-cosine": { hash: "#order=mine&show=cosine&labels=red fox,timber wolf,lynx,tabby cat" },
  "many-scripts": {
    hash: `#none&labels=${encodeURI("dog,כלב גדול,قطة صغيرة,犬,a rather long label that does not end where one would think")}`,
  },
  guesses: { reach: (page) => field(page, 0).fill("a quokka") },
  suggestions: {
    reach: async (page) => {
      await field(page, 4).click();
      await page.keyboard.type("sta");
    },
  },
  "find-labels": {
    reach: async (page) => {
      await page.locator("#find").click();
      await page.locator("#finder-groups button").first().waitFor();
    },
  },
  "find-a-group": {
    reach: async (page) => {
      await page.locator("#find").click();
      await page.locator("#finder-search").fill("cat");
      await page.locator("#finder-groups button").first().waitFor();
    },
  },
  templates: { reach: (page) => page.locator("#template-open").click() },
  ensemble: { hash: "#template=imagenet" },
  "bad-template": { reach: (page) => page.locator("#template").fill("no place") },
  "one-label": { hash: "#labels=dog" },
  "no-labels": {
    reach: async (page) => {
      for (let left = 4; left > 0; left -= 1) {
        await page.locator("score-bars li").first().hover();
        await page.locator("score-bars .remove").first().click();
      }
      await page.locator("#names-chips button").first().waitFor();
    },
  },
  "large-download": {
    reach: async (page) => {
      await page.locator("#model").click();
      await page.locator("#pick-photo").click();
      await page.locator("#weigh-words", { hasText: "memory" }).waitFor();
    },
  },
  camera: {
    reach: async (page) => {
      await page.locator("#camera-button").click();
      await page.locator("#camera").waitFor();
    },
  },
  update: {
    reach: (page) => page.evaluate(() => (document.querySelector("#update").hidden = false)),
  },
  "asked-for-a-model": { hash: "#model=owner/name" },
  "model-panel": { reach: (page) => page.locator("#model").click() },
  "device-panel": { reach: (page) => page.locator("#device").click() },
  keyboard: { reach: (page) => page.keyboard.press("?") },
  embed: { reach: (page) => page.locator("#embed").click() },
  "model-sees": { reach: (page) => page.locator("#seen-button").click() },
  gallery: {
    reach: async (page) => {
      await page
        .locator("image-drop input")
        .setInputFiles([
          ...["cat.jpg", "coffee.jpg", "apple.png"].map((name) =>
            path.join(pageFolder, "examples", name),
          ),
          ...pictures.map((name) => path.join(fixturesFolder, "pictures", name)),
        ]);
      await page.locator("#gallery[data-activity=done]").waitFor();
    },
  },
  lab: { hash: "#picture=apple&lab", reach: labRests },
  "lab-photograph": { hash: "#lab", reach: bothRest },
  "lab-photograph-pull": {
    hash: "#lab",
    reach: async (page) => {
      await bothRest(page);
      await page.locator("#lab-pull summary").click();
      await page.locator("#pull-show").click();
      await page.locator("#pull-parts tfoot").waitFor();
    },
  },
  "lab-word": {
    hash: "#picture=apple&lab",
    reach: async (page) => {
      await labRests(page);
      await page.locator("#lab-label").press("ArrowUp");
      await page.locator("#lab-label").press("]");
    },
  },
  "lab-nonsense": {
    hash: "#picture=apple&lab",
    reach: async (page) => {
      await labRests(page);
      await page.locator("#lab-control input[value=nonsense]").check({ force: true });
    },
  },
  "lab-error": {
    hash: "#picture=apple&lab",
    reach: async (page) => {
      await labRests(page);
      await page.locator("#lab-word").fill("苹果");
      await page.locator("#lab-trouble-font").waitFor();
      await page.locator(".lab-more summary").click();
    },
  },
  "lab-no-label": {
    hash: "#lab",
    reach: async (page) => {
      await labRests(page);
      await page.locator("#lab-word").fill("a samoyed");
    },
  },
  "not-a-picture": {
    wants: "error",
    reach: (page) =>
      page.locator("image-drop input").setInputFiles(path.join(fixturesFolder, "make.py")),
  },
  downloading: { wants: "loading", reach: download },
  paused: {
    wants: "loading",
    reach: async (page) => {
      await download(page);
      await page.locator("#pause").click();
      await page.locator("#status", { hasText: "Paused" }).waitFor();
    },
  },
};

const server = await startServer({ folders: { "/": pageFolder } });
// Chromium's own moving picture in place of a camera, and a person who says yes.
const browser = await launchBrowser(
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
);
mkdirSync(folder, { recursive: true });

const json = (value) => (request, response) =>
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(value));
const files = readdirSync(miniFolder).map((name) => ({
  name,
  bytes: readFileSync(path.join(miniFolder, name)),
}));
server.route(`${listed}/revision/main`, json({ sha: commit }));
server.route(
  `${listed}/tree/${commit}`,
  json(files.map(({ name, bytes }) => ({ type: "file", path: name, size: bytes.length }))),
);
for (const { name, bytes } of files)
  server.route(`/${repository}/resolve/${commit}/${name}`, (request, response) => {
    response.writeHead(200, { "Content-Length": bytes.length });
    if (name.endsWith(".safetensors")) response.write(bytes.subarray(0, half));
    else response.end(bytes);
  });

/** Opens the page in one state, waits until it rests, and takes its picture. */
async function take({ hash = "", weights: answer, wants = "ready", reach }, view, file) {
  server.route(weights, (request, response) => {
    if (answer) answer(response);
    else sendFile(request, response, path.join(pageFolder, weights));
  });
  // A worker of an earlier visit would answer in the server's place.
  const context = await browser.newContext({ ...view, serviceWorkers: "block" });
  const page = await context.newPage();
  await page.addInitScript(remember);
  await page.goto(`${server.origin}/${hash}`);
  const opens = answer ? wants : "ready";
  await page.locator(`html[data-state=${opens}]`).waitFor({ state: "attached", timeout: 120_000 });
  await reach?.(page);
  await page.locator(`html[data-state=${wants}]`).waitFor({ state: "attached", timeout: 120_000 });
  await rest(page);
  const covered = await page.locator("dialog[open], .panel:popover-open").count();
  await page.screenshot({ path: file, fullPage: covered === 0 });
  await context.close();
}

for (const width of [390, 768, 1440])
  for (const colorScheme of ["light", "dark"])
    for (const [name, state] of Object.entries(states)) {
      if (only.length > 0 && !only.includes(name)) continue;
      const file = path.join(folder, `${width}-${colorScheme}-${name}.png`);
      const view = { viewport: { width, height: width < 500 ? 780 : 1000 }, colorScheme };
      await take(state, view, file);
      console.log(path.relative(root, file));
    }
if (only.length === 0)
  await take(
    {},
    { viewport: { width: 1280, height: 960 }, colorScheme: "light" },
    path.join(root, "www", "screenshot.png"),
  );
await browser.close();
await server.close();
