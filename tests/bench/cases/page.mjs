// The built-in model: how long a visitor of the page waits, how long the page stands still, and how fast frames go through.
import { firstAnswer, visit } from "../../browser/page.mjs";
import { countedTurns, runsProblem } from "../counters.mjs";
import { labels } from "../site/inputs.js";
import { figure } from "../rows.mjs";

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
        most: 1200,
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
    const how = { rounds: 4 * rounds, warmUps: 3 };
    const frames = await countedTurns(world, model, { ours: once }, how);
    const { side } = await world.ours(model, "info");
    const square = (round) => world.ours(model, "image", { seed: 3000 + round, side });
    const inside = await countedTurns(world, model, { ours: square }, how);
    const problem = ({ imageTower, turns }) => runsProblem("image", imageTower, turns);
    return [
      figure({
        what: "one frame of 640 x 480 to ten scores, built-in model, CPU",
        most: 33,
        samples: frames.samples.ours,
        problem: problem(frames),
      }),
      figure({
        what: "of which the image tower, worker included",
        samples: inside.samples.ours,
        problem: problem(inside),
      }),
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
    const once = (round) => {
      const candidates = [...labels(2000 + round, 1), ...labels(0, 9)];
      return world.ours(model, "classify", { picture, kept: true, candidates });
    };
    const how = { rounds: 4 * rounds };
    const outcome = await countedTurns(world, model, { ours: once }, how);
    const { samples, turns, imageTower, textTower } = outcome;
    return [
      figure({
        what: "label edited to new scores, one of ten, built-in model, CPU",
        most: 50,
        samples: samples.ours,
        problem: runsProblem("text", textTower, turns) ?? runsProblem("image", imageTower, 1),
      }),
    ];
  },
};
