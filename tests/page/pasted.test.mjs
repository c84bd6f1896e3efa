// Which labels a pasted text gives: lines, commas, a column of a table, and none where it is no list.
import assert from "node:assert/strict";
import { test } from "node:test";
import { moduleOfPage } from "./page-module.mjs";

const { labelsInText } = await moduleOfPage("labels/pasted.ts");

const lists = [
  ["one a line", "cow\npig\n\n sheep \n", ["cow", "pig", "sheep"]],
  ["commas", "cow, pig, sheep", ["cow", "pig", "sheep"]],
  ["a label with a comma in quotes", 'cow,"pig, small",sheep', ["cow", "pig, small", "sheep"]],
  [
    "lines of which some have commas",
    "tench, Tinca tinca\ncow\npig",
    ["tench, Tinca tinca", "cow", "pig"],
  ],
  ["commas over several lines", "cow, pig,\nsheep, goat", ["cow", "pig", "sheep", "goat"]],
  ["a table with a headed column", "id;label;count\n1;cow;20\n2;pig;7", ["cow", "pig"]],
  ["a table without a heading", "1\tcow\n2\tpig\n3\tsheep", ["cow", "pig", "sheep"]],
  ["a heading above numbers", "animal,count\ncow,3\npig,4", ["cow", "pig"]],
  ["numbers alone", "1,2\n3,4", ["1", "2", "3", "4"]],
  ["twice the same", "cow\npig\ncow", ["cow", "pig"]],
  ["no list", "a brown cow", []],
  ["nothing", " \n ", []],
];

test("a pasted text gives its labels", () => {
  for (const [name, text, labels] of lists) assert.deepEqual(labelsInText(text), labels, name);
});
