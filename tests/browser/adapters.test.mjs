// The package on adapters that are not here: each emulated in the worker, in a real Chromium; never wrong numbers, never a panic.
import assert from "node:assert/strict";
import { test } from "node:test";
import { plainCheckpoint } from "./checkpoints.mjs";
import { withBrowser } from "./harness.mjs";
import { assertClose, inOrder, tolerance } from "./numbers.mjs";
import { sendScript } from "./server.mjs";

const world = await withBrowser();
const checkpoint = plainCheckpoint();

// Static imports run in order: the emulation is in place before the first line of the package's worker.
const under = (script) => (request, response, url) =>
  sendScript(
    response,
    `import "/harness/emulated-adapter.js${url.search}";\nimport "${script}";\n`,
  );

world.server.route("/emulated/worker.js", under("/glimpse-clip/dist/worker.js"));
world.server.route("/emulated/probe.js", under("/harness/probe.js"));

/** What the probe worker sees of an emulated adapter. */
const probe = (page, query) =>
  page.evaluate((url) => {
    const worker = new Worker(url, { type: "module" });
    return new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)));
  }, `/emulated/probe.js?${query}`);

/** Loads the checkpoint on an emulated adapter and classifies its pictures. */
async function classifyUnder(page, query, device = "gpu") {
  const seen = await page.evaluate(
    async ({ workerUrl, device, model, pictures, labels }) => {
      const events = [];
      const channel = new BroadcastChannel("emulated-adapter");
      channel.onmessage = ({ data }) => events.push(data);
      const classifier = await harness.Classifier.create({ model, device, workerUrl });
      const scores = [];
      for (const url of pictures)
        scores.push(await classifier.classify(await harness.picture(url), labels));
      const { info } = classifier;
      await classifier.dispose();
      channel.close();
      return { info, events, scores };
    },
    {
      workerUrl: `/emulated/worker.js?${query}`,
      device,
      model: checkpoint.url,
      pictures: checkpoint.pictures,
      labels: checkpoint.expected.labels,
    },
  );
  const probabilities = seen.scores.map((rows) =>
    inOrder(rows, checkpoint.expected.labels, "score"),
  );
  return { ...seen, probabilities };
}

function assertNumbers({ info, probabilities }) {
  for (const [at, row] of probabilities.entries())
    assertClose(row, checkpoint.expected.probabilities[at], tolerance[info.device], info.reason);
}

test("the emulation bites: sizes, features and limits are what it says, and asking for more is refused", async () => {
  await world.onPage(async (page) => {
    const plain = await probe(page, "subgroup=64");
    assert.deepEqual(plain.subgroup, [64, 64]);
    assert.equal(plain.timestampQuery, "granted");
    const least = await probe(page, "limits=default&subgroup=128");
    assert.deepEqual(least, {
      subgroup: [128, 128],
      features: ["core-features-and-limits"],
      workgroupMemory: 16384,
      timestampQuery: "TypeError",
      moreMemory: "OperationError",
      sixteenKiB: "accepted",
      seventeenKiB: "refused",
    });
    assert.deepEqual(await probe(page, "missing=gpu"), { gpu: "undefined", adapter: undefined });
    assert.deepEqual(await probe(page, "missing=adapter"), { gpu: "object", adapter: null });
  });
});

// The default limits are the least that an adapter may have; its own, larger ones are asked of one size. What calls itself
// hardware is given kernels that share their workgroup's memory, and the software adapter that it is, those that do not.
for (const size of [0, 4, 8, 16, 32, 64, 128]) {
  for (const limits of size === 32 ? ["own", "default"] : ["default"]) {
    test(`subgroups of ${size}, ${limits} limits: the same numbers on WebGPU`, async () => {
      await world.onPage(async (page) => {
        const seen = await classifyUnder(
          page,
          `subgroup=${size}&limits=${limits}${limits === "default" ? "&vendor=amd" : ""}`,
        );
        assert.equal(seen.info.device, "gpu", seen.info.reason);
        assertNumbers(seen);
        const devices = seen.events.filter(({ event }) => event === "requestDevice");
        assert.ok(devices.length > 0, "no device was asked for in the worker");
        if (limits === "default")
          assert.deepEqual(
            devices.flatMap(({ features }) => features).filter((name) => !name.startsWith("core-")),
            [],
          );
        const shaders = seen.events.filter(({ event }) => event === "shader");
        assert.ok(shaders.length > 0, "no shader was made in the worker");
        const sharing = shaders.filter(({ sharesVectors }) => sharesVectors);
        assert.equal(sharing.length > 0, limits === "default");
      });
    });
  }
}

test("device auto takes what calls itself real hardware", async () => {
  await world.onPage(async (page) => {
    const seen = await classifyUnder(page, "vendor=amd&subgroup=64&limits=default", "auto");
    assert.equal(seen.info.device, "gpu", seen.info.reason);
    assert.match(seen.info.adapter, /amd|emulated/i);
    assertNumbers(seen);
  });
});

for (const [query, what] of [
  ["missing=gpu", "no navigator.gpu"],
  ["missing=adapter", "no adapter"],
  ["missing=device", "an adapter that gives no device"],
  ["broken=dispatch", "a device that computes wrong"],
]) {
  for (const device of ["gpu", "auto"]) {
    test(`${what}, device "${device}": the CPU, and info says why`, async () => {
      await world.onPage(async (page) => {
        const seen = await classifyUnder(page, `${query}&vendor=amd`, device);
        assert.equal(seen.info.device, "cpu");
        assert.ok(seen.info.reason.length > 20, `reason: ${seen.info.reason}`);
        assertNumbers(seen);
      });
    });
  }
}

test("a device that is lost is opened anew, once; lost again, it is left for the CPU, and info says why", async () => {
  await world.onPage(async (page) => {
    const seen = await page.evaluate(
      async ({ model, url, labels }) => {
        const workerUrl = "/emulated/worker.js?subgroup=32";
        const classifier = await harness.Classifier.create({ model, device: "gpu", workerUrl });
        const blob = await harness.picture(url);
        const channel = new BroadcastChannel("emulated-adapter");
        const lose = () => {
          const lost = new Promise((resolve) => {
            channel.onmessage = ({ data }) => data.event === "lost" && resolve();
          });
          channel.postMessage("lose");
          return lost;
        };
        const classify = async () => [await classifier.classify(blob, labels), classifier.info];
        const seen = [await classify()];
        for (let loss = 0; loss < 2; loss += 1) {
          await lose();
          seen.push(await classify());
        }
        await classifier.dispose();
        return seen;
      },
      { model: checkpoint.url, url: checkpoint.pictures[0], labels: checkpoint.expected.labels },
    );
    assert.deepEqual(
      seen.map(([, info]) => info.device),
      ["gpu", "gpu", "cpu"],
    );
    assert.match(seen[2][1].reason, /lost|destroyed/);
    for (const [scores, info] of seen) {
      const probabilities = [inOrder(scores, checkpoint.expected.labels, "score")];
      assertNumbers({ info, probabilities });
    }
  });
});

test("a device that is lost while the model loads is opened anew, once", async () => {
  await world.onPage(async (page) => {
    const seen = await page.evaluate(
      async ({ model, url, labels }) => {
        const workerUrl = "/emulated/worker.js?subgroup=32";
        const channel = new BroadcastChannel("emulated-adapter");
        let devices = 0;
        channel.onmessage = ({ data }) => {
          if (data.event !== "requestDevice") return;
          devices += 1;
          if (devices === 1) channel.postMessage("lose");
        };
        const classifier = await harness.Classifier.create({ model, device: "gpu", workerUrl });
        const scores = await classifier.classify(await harness.picture(url), labels);
        const { info } = classifier;
        await classifier.dispose();
        return { scores, info, devices };
      },
      { model: checkpoint.url, url: checkpoint.pictures[0], labels: checkpoint.expected.labels },
    );
    assert.equal(seen.info.device, "gpu", seen.info.reason);
    assert.equal(seen.devices, 2);
    const probabilities = [inOrder(seen.scores, checkpoint.expected.labels, "score")];
    assertNumbers({ info: seen.info, probabilities });
  });
});
