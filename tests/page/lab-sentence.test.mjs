// What a label on the picture changed, as the lab says it: points that add up, gains and losses, one point and many; and its nonsense.
import assert from "node:assert/strict";
import { test } from "node:test";
import { moduleOfPage } from "./page-module.mjs";

const { sentenceOf } = await moduleOfPage("lab/sentence.ts");
const { nonsenseOf } = await moduleOfPage("lab/nonsense.ts");
const { labelOfWord } = await moduleOfPage("lab/target.ts");

/** Probabilities in percent, as scores. */
const of = (shares) =>
  Object.entries(shares).map(([label, percent]) => ({ label, score: percent / 100 }));

const apple = { apple: 85, pear: 10, iPod: 5 };

/** The sentence without the marks that keep a label from turning its neighbours around. */
function said({ control = "word", target = "iPod", clean = apple, shown, blank = null }) {
  const change = {
    control,
    target,
    clean: clean && of(clean),
    shown: shown && of(shown),
    blank: blank && of(blank),
  };
  return sentenceOf(change).replaceAll(/[\u2068\u2069]/g, "");
}

test("what the word names gained or lost, and its parts add up", () => {
  const cases = [
    [
      { shown: { apple: 10, pear: 2, iPod: 88 }, blank: { apple: 60, pear: 13, iPod: 27 } },
      "“iPod” gained 83 points: 61 by the word, 22 by the paper. Now “iPod” leads, no longer “apple”.",
    ],
    // Each part rounded for itself would be 61 and 23.
    [
      { shown: { apple: 11, iPod: 88.4 }, blank: { apple: 72, iPod: 27.5 } },
      "“iPod” gained 83 points: 60 by the word, 23 by the paper. Now “iPod” leads, no longer “apple”.",
    ],
    [
      { shown: { apple: 10, pear: 2, iPod: 88 }, blank: apple },
      "“iPod” gained 83 points, all by the word. Now “iPod” leads, no longer “apple”.",
    ],
    [
      { shown: { apple: 10, pear: 2, iPod: 88 }, blank: { apple: 10, pear: 2, iPod: 88 } },
      "“iPod” gained 83 points, all by the paper. Now “iPod” leads, no longer “apple”.",
    ],
    [
      { shown: { apple: 84, pear: 10, iPod: 6 }, blank: apple },
      "“iPod” gained 1 point, by the word. “apple” still leads.",
    ],
    [
      { shown: { apple: 30, pear: 5, iPod: 65 }, blank: { apple: 90, pear: 10, iPod: 0 } },
      "“iPod” gained 60 points: 65 by the word, while the paper took 5. Now “iPod” leads, no longer “apple”.",
    ],
    [
      { shown: { apple: 85, pear: 5, iPod: 10 }, blank: { apple: 75, pear: 5, iPod: 20 } },
      "“iPod” gained 5 points: 15 by the paper, while the word took 10. “apple” still leads.",
    ],
    [
      {
        target: "apple",
        shown: { apple: 80, pear: 10, iPod: 5 },
        blank: { apple: 83, pear: 10, iPod: 5 },
      },
      "“apple” lost 5 points: 3 by the word, 2 by the paper. “apple” still leads.",
    ],
    [
      {
        target: "apple",
        shown: { apple: 81, pear: 10, iPod: 5 },
        blank: { apple: 78, pear: 10, iPod: 5 },
      },
      "“apple” lost 4 points: 7 by the paper, while the word gave 3. “apple” still leads.",
    ],
    [
      { shown: apple, blank: { apple: 80, pear: 10, iPod: 10 } },
      "“iPod” neither gained nor lost a point: the paper gave 5, the word took as many. “apple” still leads.",
    ],
    [
      { shown: apple, blank: apple },
      "“iPod” neither gained nor lost a point. “apple” still leads.",
    ],
  ];
  for (const [change, sentence] of cases) assert.equal(said(change), sentence);
});

test("while the label moves, and of the blank paper, there are no parts", () => {
  const shown = { apple: 10, pear: 2, iPod: 88 };
  const end = "Now “iPod” leads, no longer “apple”.";
  assert.equal(said({ shown }), `“iPod” gained 83 points. ${end}`);
  const blank = { control: "blank", shown, blank: shown };
  assert.equal(said(blank), `The blank paper alone: “iPod” gained 83 points. ${end}`);
  const nonsense = { control: "nonsense", shown, blank: { ...apple, iPod: 8 } };
  assert.equal(
    said(nonsense),
    `“iPod” gained 83 points: 80 by the letters, 3 by the paper. ${end}`,
  );
});

test("where another label gained more, that is said first", () => {
  const shown = { apple: 50, pear: 47, iPod: 3 };
  const blank = { apple: 70, pear: 25, iPod: 5 };
  const gained = "“pear” gained 37 points: 22 by the word, 15 by the paper.";
  assert.equal(said({ shown, blank }), `${gained} “iPod” lost 2 points. “apple” still leads.`);
  assert.equal(said({ target: "phone", shown, blank }), `${gained} “apple” still leads.`);
  assert.equal(
    said({ target: "phone", shown: apple, blank: apple }),
    "No label gained or lost a point. “apple” still leads.",
  );
});

test("the clean picture, a single label, and what is not known yet", () => {
  assert.equal(
    said({ control: "clean", shown: apple }),
    "Nothing is written: “apple” leads with 85\u202f%.",
  );
  assert.equal(
    said({ clean: { apple: 100 }, shown: { apple: 100 } }),
    "A single label always has it all: add another.",
  );
  assert.equal(said({ clean: null, shown: apple }), "");
  assert.equal(said({ shown: null }), "");
  assert.equal(said({ clean: {}, shown: {} }), "");
});

test("nonsense is as long as the word, in its script, the same every time, and shares no letter's place", () => {
  const words = [
    "iPod",
    "Granny Smith 2",
    "яблоко",
    "μήλο",
    "תפוח",
    "تفاحة",
    "苹果",
    "りんご",
    "사과",
    "แอปเปิล",
  ];
  for (const word of words) {
    const nonsense = nonsenseOf(word);
    assert.equal(nonsense, nonsenseOf(word));
    assert.equal([...nonsense].length, [...word.normalize("NFC")].length, word);
    [...word.normalize("NFC")].forEach((letter, at) => {
      const other = [...nonsense][at];
      if (!/[\p{L}\p{Nd}]/u.test(letter)) return assert.equal(other, letter);
      assert.notEqual(other, letter, word);
      assert.equal(other === other.toUpperCase(), letter === letter.toUpperCase(), word);
    });
  }
  assert.match(nonsenseOf("iPod"), /^[b-df-hj-np-tv-z][B-DF-HJ-NP-TV-Z][b-df-hj-np-tv-z]{2}$/);
});

test("a word names the label that reads the same, whatever its capitals and its article", () => {
  const labels = ["apple", "an iPod", "The pear"];
  assert.equal(labelOfWord(" IPOD ", labels), "an iPod");
  assert.equal(labelOfWord("pear", labels), "The pear");
  assert.equal(labelOfWord("an apple", labels), "apple");
  assert.equal(labelOfWord("app", labels), null);
  assert.equal(labelOfWord("", ["", "apple"]), null);
});
