// What the lab tells without a model: the sentence about two models, and which examples suit which model.
import assert from "node:assert/strict";
import { test } from "node:test";
import { moduleOfPage, plain } from "./page-module.mjs";

const { lessonOf } = await moduleOfPage("lab/lesson.ts");
const { examplesFor } = await moduleOfPage("lab/ready-made.ts");

test("the sentence of two models: who is moved, and what each says", () => {
  const shares = (fox) => [
    { label: "fox", score: fox },
    { label: "cat", score: 1 - fox },
  ];
  const seen = (clean, shown) => ({ clean: shares(clean), shown: shares(shown) });
  const lesson = (control, sees, reads) =>
    plain(lessonOf(control, "fox", { "mini-photo": seen(...sees), mini: seen(...reads) }));
  assert.equal(
    lesson("word", [0.1, 0.11], [0.2, 0.9]),
    "The word “fox” moves the one that sees by 1 point and the one that reads by 70 points: one says what is written, the other still “cat”.",
  );
  assert.match(lesson("word", [0.1, 0.8], [0.2, 0.9]), /by 70 points: now both say it\.$/);
  assert.match(lesson("word", [0.1, 0.8], [0.2, 0.3]), /: here the word hides what was to be seen/);
  assert.match(lesson("word", [0.1, 0.1], [0.2, 0.3]), /: neither says it\.$/);
  assert.equal(
    lesson("clean", [0.1, 0.1], [0.7, 0.7]),
    "The one that sees says “cat”, 90 %; the one that reads says “fox”, 70 %.",
  );
  const unknown = { clean: null, shown: null };
  assert.equal(lessonOf("word", "fox", { mini: unknown, "mini-photo": unknown }), "");
});

test("the story that the built-in model was not taught is for other models", () => {
  const names = (isBuiltIn) => examplesFor(isBuiltIn).map(({ name }) => name);
  assert.deepEqual(names(true), ["The apple", "The cat"]);
  assert.deepEqual(names(false), ["The apple", "The tutorial’s story"]);
  assert.deepEqual(examplesFor(false)[1].labels, [
    "Granny Smith",
    "iPod",
    "library",
    "pizza",
    "toaster",
    "dough",
  ]);
});
