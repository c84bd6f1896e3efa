// The packed package in Node.js: pictures of every form, models of a folder and of a hub, no process held up, nothing at import.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { classifyNatively } from "../browser/native.mjs";
import { assertClose, inOrder, tolerance } from "../browser/numbers.mjs";
import { filesUnder, packageFolder } from "../browser/places.mjs";
import { sendFile, startServer } from "../browser/server.mjs";
import { assertAgrees, install, photograph, picture } from "./stranger.mjs";

const project = install("node");
const cache = mkdtempSync(path.join(tmpdir(), "glimpse-cache-"));
after(() => rmSync(cache, { recursive: true, force: true }));

/** Runs one of the project's programs to its end, which must come by itself, and gives what it printed as JSON. */
async function run(program, ...call) {
  const child = spawn(process.execPath, [program, ...call], {
    cwd: project.folder,
    env: { ...process.env, GLIMPSE_CACHE: cache },
    timeout: 120_000,
  });
  const closed = once(child, "close");
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [status, signal] = await closed;
  assert.deepEqual([status, signal, errors], [0, null, ""], `${program}: ${errors}`);
  return JSON.parse(output);
}

test("a picture as bytes, Blob, file, path, web address and pixels gives the command line's scores", async () => {
  const server = await startServer({ folders: { "/": path.dirname(picture) } });
  const web = `${server.origin}/${path.basename(picture)}`;
  const { info, phases, scores, errors } = await run("classify.mjs", picture, web).finally(
    server.close,
  );
  assert.deepEqual(Object.keys(scores), ["buffer", "blob", "file", "path", "web", "square"]);
  for (const each of Object.values(scores)) assertAgrees(each);
  assert.deepEqual([info.model, info.device], ["auto", "cpu"]);
  assert.match(info.reason, /Node\.js/);
  assert.ok(phases.includes("ready"), `${phases}`);
  assert.deepEqual(errors, {
    missing: "network",
    drawing: "decode",
    damaged: "decode",
    labels: "no-labels",
  });
});

let both;
/** What the program with both built-in models saw, which is run once. */
const bothBuiltIns = () => (both ??= run("auto.mjs", picture, photograph));

test("both built-in models: each picture goes to the one that fits it, which is loaded when it is first needed", async () => {
  const seen = await bothBuiltIns();
  const { model, imageSize, contextLength, fingerprint, scoring, threads } = seen.info;
  assert.deepEqual([model, imageSize, contextLength, fingerprint], ["auto", 224, 24, ""]);
  assert.deepEqual([scoring, threads], ["softmax", 1]);
  assert.deepEqual(seen.created, ["auto ready"], "no model is loaded before a picture");
  const { first, second, third } = seen;
  assert.deepEqual(first.steps, ["mini-photo download", "mini-photo ready"]);
  assert.deepEqual(second.steps, ["mini download", "mini ready"]);
  assert.deepEqual(third.steps, [], "nothing is loaded twice");
  const models = [first, second, third].map(({ value }) => value.model);
  assert.deepEqual([...models, seen.wished.model], ["mini-photo", "mini", "mini", "mini"]);
  assertAgrees(second.value.scores);
  const labels = ["tabby cat", "Siamese cat", "lynx", "red fox"];
  const options = (name) => classifyNatively(photograph, labels, "--model", name);
  for (const [scores, name] of [
    [first.value.scores, "mini-photo"],
    [seen.wished.scores, "mini"],
  ]) {
    const numbers = (scores) => inOrder(scores, labels, "score");
    assertClose(numbers(scores), numbers(options(name)), tolerance.cpu, name);
  }
  assert.equal(first.value.scores[0].label, "tabby cat");
  assert.equal(seen.runs, 3, "a picture and a model meet once");
});

test("suggestions, none of these and the lab go to the picture's model; what needs one model says so", async () => {
  const seen = await bothBuiltIns();
  const best = (scores) => scores.map(({ label }) => label);
  assert.equal(seen.names.photo.length, 5);
  assert.ok(best(seen.names.photo).includes("tabby cat"), best(seen.names.photo));
  assert.deepEqual([seen.names.drawing.length, best(seen.names.drawing)[0]], [2, "dog"]);
  assert.equal(best(seen.none.photo)[0], "none of these");
  assert.deepEqual(best(seen.none.drawing), ["none of these"]);
  const { explained, swept, ...lab } = seen.lab;
  assert.deepEqual(lab, {
    sizes: [224, 64],
    lettered: ["mini-photo", 224],
    unread: null,
    written: "mini-photo",
    copied: "mini-photo",
    occluded: "mini",
    defended: "mini-photo",
  });
  assert.deepEqual([explained.model, explained.layers, explained.heads], ["mini-photo", 0, 0]);
  assert.deepEqual([explained.side, explained.heat], [7, 49]);
  assert.ok(
    Math.abs(explained.error) < 1e-3 * Math.abs(explained.logit),
    JSON.stringify(explained),
  );
  assert.deepEqual([swept.model, swept.imageSize], ["mini-photo", 224]);
  assert.match(swept.fingerprint, /^[0-9a-f]{64}$/);
  for (const [what, { code, message }] of Object.entries(seen.errors)) {
    assert.equal(code, "unsupported-model", what);
    if (what !== "heads") assert.match(message, /mini/, what);
  }
  assert.equal(seen.packed.model, "mini-photo");
  assert.deepEqual([seen.aborted.code, seen.after], ["aborted", "mini-photo"]);
  assert.deepEqual(seen.missing, ["network", "mini", "mini-photo"]);
});

test("a model in a folder is named by its path; abort, dispose and a missing folder have their codes", async () => {
  const folder = path.join(packageFolder, "models", "mini");
  const seen = await run("folder.mjs", folder, picture);
  assertAgrees(seen.scores);
  assert.equal(seen.info.device, "cpu", "the GPU was asked for, and there is none");
  assert.match(seen.info.reason, /Node\.js/);
  assert.deepEqual([seen.aborted, seen.givenUp, seen.late], ["aborted", "aborted", "aborted"]);
  assert.ok(seen.took <= 100, `it took ${seen.took} ms to end`);
  assert.equal(seen.missing, "unsupported-model");
  assert.equal(seen.thrown, "not now");
  assert.deepEqual(
    seen.models.find(([name]) => name === "photo"),
    ["photo", false],
  );
});

test("label packs, many pictures and the pipeline work as in a browser", async () => {
  const { scores, textTower, many, piped } = await run("packs.mjs", picture);
  assertAgrees(scores);
  assert.equal(textTower, false);
  assert.deepEqual(many, [
    [0, "a dog"],
    [1, "network"],
    [2, "a dog"],
  ]);
  assert.deepEqual(
    piped.map(({ label }) => label),
    scores.map(({ label }) => label),
  );
});

test("a model of a server is kept on the disk by two programs at once, found by the next one, and deleted", async () => {
  const server = await serverWithVersions(path.join(packageFolder, "models", "mini"));
  const model = `${server.origin}/mini/`;
  const weights = () =>
    server.asked.filter((line) => line === "GET /mini/model.safetensors").length;
  try {
    const both = await Promise.all([1, 2].map(() => run("kept.mjs", model, picture)));
    for (const { scores, cached } of both) {
      assertAgrees(scores);
      assert.ok(cached);
    }
    // A program that had to wait had asked for the file already; it reads on from the disk.
    const fetched = weights();
    const size = statSync(path.join(packageFolder, "models", "mini", "model.safetensors")).size;
    assert.ok(filesUnder(cache).some((file) => file.endsWith("/model.safetensors")));

    const again = await run("kept.mjs", model, picture, "last");
    assertAgrees(again.scores);
    assert.equal(weights(), fetched, "the next start fetches no weights");
    assert.ok(!again.phases.includes("download"), `${again.phases}`);
    assert.ok(again.bytes > size && again.freed > size, JSON.stringify(again));
    assert.deepEqual(
      filesUnder(cache).filter((file) => file.includes("safetensors")),
      [],
    );
  } finally {
    await server.close();
  }
});

test("a server may import the package and its elements: nothing starts", async () => {
  const { names, elements, active } = await run("import.mjs");
  for (const name of ["Classifier", "GlimpseError", "listModels"]) assert.ok(names.includes(name));
  for (const name of ["ImageDrop", "ScoreBars"]) assert.ok(elements.includes(name));
  assert.deepEqual(active, []);
});

/** A server of one folder as `/mini/` that names its files' versions, without which nothing is kept; `asked` has the methods too. */
async function serverWithVersions(folder) {
  const server = await startServer({ folders: {} });
  const asked = [];
  for (const file of readdirSync(folder))
    server.route(`/mini/${file}`, (request, response, url) => {
      asked.push(`${request.method} ${url.pathname}`);
      response.setHeader("ETag", `"${file}-1"`);
      sendFile(request, response, path.join(folder, file));
    });
  return { ...server, asked };
}
