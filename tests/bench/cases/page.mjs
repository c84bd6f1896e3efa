// The built-in model: how long a visitor of the page waits, how long the page stands still, and how fast frames go through.
import { firstAnswer, visit } from "../../browser/page.mjs";
import { labels } from "../site/inputs.js";
import { absent, figure } from "../rows.mjs";
import { inTurns } from "../turns.mjs";

export const mini = { model: "mini", device: "cpu" };

export const pageStart = {
  id: "page-start",
  about: "page opened to first scores, built-in model, CPU",
  limit: 180,
  quick: true,
  async run(world, { rounds }) {
    const browser = await world.browser();
    const [starts, longest] = [[], []];
    for (let opened = -1; opened < rounds; opened += 1) {
      await visit(browser, `${world.servers.page.origin}/`, async (page) => {
        const { at } = await firstAnswer(page);
        const tasks = await page.evaluate(longTasks);
        if (opened < 0) return;
        starts.push(at);
        longest.push(Math.max(0, ...tasks));
      });
    }
    return [
      figure({
        what: "page opened to first scores, built-in model, CPU, local server",
        most: 1500,
        samples: starts,
        note: "fresh profile, nothing cached, not compressed",
      }),
      figure({
        what: "longest task of the page's main thread meanwhile",
        most: 50,
        samples: longest,
        note: "0: none above 50 ms, which is what Chromium tells of",
      }),
    ];
  },
};

/** In the page: the lengths of its long tasks so far. */
function longTasks() {
  return new Promise((resolve) => {
    const lengths = [];
    const observer = new PerformanceObserver((list) =>
      lengths.push(...list.getEntries().map(({ duration }) => duration)),
    );
    observer.observe({ type: "longtask", buffered: true });
    // What is buffered comes as a task of its own.
    setTimeout(() => resolve(lengths), 100);
  });
}

export const frame = {
  id: "frame",
  about: "one frame, built-in model, CPU",
  limit: 120,
  quick: true,
  async run(world, { rounds }) {
    const model = await world.classifier(mini);
    const candidates = labels(0, 10);
    const ask = (round) => ({ seed: 2000 + round, width: 640, height: 480, candidates });
    const once = (round) => world.ours(model, "frame", ask(round));
    const { samples } = await inTurns({ ours: once }, { rounds: 4 * rounds, warmUps: 3 });
    const { side } = await world.ours(model, "info");
    const inside = await inTurns(
      { ours: (round) => world.ours(model, "image", { seed: 3000 + round, side }) },
      { rounds: 4 * rounds, warmUps: 3 },
    );
    return [
      figure({
        what: "one frame of 640 x 480 to ten scores, built-in model, CPU",
        most: 33,
        samples: samples.ours,
      }),
      figure({ what: "of which the image tower, worker included", samples: inside.samples.ours }),
    ];
  },
};

export const edit = {
  id: "edit",
  about: "label edited to new scores, built-in model, CPU",
  limit: 120,
  quick: true,
  async run(world, { rounds }) {
    const model = await world.classifier(mini);
    const picture = { seed: 1, side: 224 };
    const before = await world.ours(model, "stats");
    const once = (round) => {
      const candidates = [...labels(2000 + round, 1), ...labels(0, 9)];
      return world.ours(model, "classify", { picture, kept: true, candidates });
    };
    const { samples } = await inTurns({ ours: once }, { rounds: 4 * rounds });
    const after = await world.ours(model, "stats");
    const what = "label edited to new scores, one of ten, built-in model, CPU";
    // The promise is that an edit never looks at the picture again; a time that broke it would be of no interest.
    const looks = after.imageTowerRuns - before.imageTowerRuns;
    if (looks !== 1) return [absent(what, `no time: the picture was looked at ${looks} times`)];
    return [figure({ what, most: 50, samples: samples.ours })];
  },
};
