// Medians, differences and the rows that are made of them: no time without equal outputs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runsProblem } from "../counters.mjs";
import {
  bestOf,
  largestDifference,
  largestScoreDifference,
  leastCosine,
  median,
  summary,
} from "../figures.mjs";
import { comparison, cosineProblem, differenceProblem, figure } from "../rows.mjs";
import { asMarkdown, asText, verdict } from "../table.mjs";
import { inTurns } from "../turns.mjs";

test("a median is the middle one, or between the middle two", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([9, 1, 5, 6]), 5.5);
});

test("the best of theirs is the one with the least median", () => {
  const measured = { one: summary([5, 5, 5]), two: summary([1, 6, 7]), three: summary([4, 4, 9]) };
  assert.equal(bestOf(measured), "three");
});

test("vectors are compared at unit length", () => {
  assert.ok(largestDifference([[3, 4]], [[6, 8]]) < 1e-15);
  assert.ok(Math.abs(largestDifference([[1, 0]], [[0, 2]]) - 1) < 1e-15);
  assert.ok(
    Math.abs(
      leastCosine(
        [
          [1, 0],
          [1, 0],
        ],
        [
          [1, 0],
          [1, 1],
        ],
      ) - Math.SQRT1_2,
    ) < 1e-15,
  );
  assert.throws(() => largestDifference([[1]], []), /1 answers stand beside 0/);
});

test("scores are compared by label, and other labels are no scores", () => {
  const some = [
    { label: "a", score: 0.75 },
    { label: "b", score: 0.25 },
  ];
  const others = [
    { label: "b", score: 0.5 },
    { label: "a", score: 0.5 },
  ];
  assert.equal(largestScoreDifference(some, others), 0.25);
  assert.equal(largestScoreDifference(some, others.slice(1)), Infinity);
  const strange = [
    { label: "c", score: 0.5 },
    { label: "a", score: 0.5 },
  ];
  assert.ok(Number.isNaN(largestScoreDifference(some, strange)));
});

test("outputs that differ, or cannot be compared, are a problem", () => {
  assert.equal(differenceProblem(1e-4), undefined);
  assert.match(differenceProblem(2e-3), /no time/);
  assert.match(differenceProblem(NaN), /no time/);
  assert.equal(cosineProblem({ ours: 0.9995 }), undefined);
  assert.match(cosineProblem({ ours: 0.9995, theirs: 0.99 }), /theirs 0.99/);
});

test("a row says ratio and verdict, and without equal outputs neither", () => {
  const measured = { ours: [5, 5, 5], one: [10, 10, 10], two: [12, 12, 12] };
  const row = comparison({ what: "tower", bar: 0.55, measured });
  assert.deepEqual([row.ratio, row.best, verdict(row)], [0.5, "one", "reached"]);
  assert.equal(verdict({ ...row, bar: 0.4 }), "not reached");
  const unequal = comparison({
    what: "tower",
    bar: 0.55,
    measured,
    problem: "no time: they differ",
  });
  assert.equal(verdict(unequal), "");
  assert.doesNotMatch(asText([unequal]), /5\.00|10\.0/);
  assert.match(asText([unequal]), /no time: they differ/);
  assert.equal(verdict(figure({ what: "frame", most: 33, samples: [34] })), "not reached");
});

test("tables have as many columns in every line", () => {
  const rows = [
    comparison({ what: "a | b", measured: { ours: [1, 2, 3], theirs: [4] }, note: "note" }),
    figure({ what: "frame", most: 33, samples: [20] }),
    { what: "pictures", points: [{ amount: 4, median: 100 }] },
  ];
  const [compared, grown] = asMarkdown(rows).split("\n\n");
  for (const part of [compared, grown]) {
    const columns = part.split("\n").map((line) => line.split(/(?<!\\)\|/).length);
    assert.equal(new Set(columns).size, 1, part);
  }
  assert.match(grown, /4: 100 \(25\.0\)/);
});

test("a tower that did not run as often as it should have is a problem", () => {
  assert.equal(runsProblem("image", 5, 5), undefined);
  assert.equal(runsProblem("text", 9, 5, Infinity), undefined);
  assert.match(runsProblem("text", 3, 5), /no time: our text tower ran 3 times, and not 5 times/);
  assert.match(runsProblem("image", 2, 1), /no time/);
});

test("contenders take turns, and warm-up rounds do not count", async () => {
  const seen = [];
  const once = (name) => (round) => (seen.push(`${name}${round}`), { ms: round });
  const { samples, turns } = await inTurns({ a: once("a"), b: once("b") }, { rounds: 2 });
  assert.deepEqual(seen, ["a-1", "b-1", "a0", "b0", "a1", "b1"]);
  assert.deepEqual(samples, { a: [0, 1], b: [0, 1] });
  assert.equal(turns, 3);
});
