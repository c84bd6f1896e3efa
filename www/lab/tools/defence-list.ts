/** The defences that are tried side by side: what each does, where it fails, and what it is asked with. */

import type {
  Defence,
  LabRegion,
  Lettered,
  LetteringCorners,
  MeasuredDefence,
} from "glimpse-clip/lab";

/** What a defence is called in tables, ours and the measured one. */
export type WayId = MeasuredDefence["key"];

/** What the defences need beside the picture. */
export interface Setup {
  /** The picture with the word on it. */
  lettered: Lettered;
  labels: readonly string[];
  /** How many heads are made to look away. */
  heads: number;
  /** `[layer, head]`, the one that looks at the label most first. */
  ranking: readonly (readonly [layer: number, head: number])[];
  /** Below which cosine of a picture and its mirror image text is suspected. */
  gate: number;
  /** The directions in which other words moved other pictures. */
  basis: readonly (readonly number[] | Float32Array)[];
}

/** A row of the table. */
export interface Way {
  id: WayId;
  name: string;
  /** What it does, and where it fails. */
  words: string;
  /** What `defend` is asked with. */
  defence: (setup: Setup, picture: "attacked" | "clean") => Defence;
}

/**
 * The gate for models without a measured one: below this cosine of a picture and its mirror image, text is suspected. On the page's
 * drawings with the built-in model the cosine was 0.97 and more without a word, and 0.82 and less with one of three words on them.
 */
export const GATE = 0.9;

/** All of them, in the order of the table. */
export const WAYS: readonly Way[] = [
  {
    id: "none",
    name: "No defence",
    words: "The model as it is.",
    defence: () => ({ kind: "none" }),
  },
  {
    id: "erase",
    name: "Find and erase",
    words:
      "Blackens what the model looks at most. If that is the thing itself, or text that belongs to it, then it erases that: without a word, too.",
    defence: () => ({ kind: "erase" }),
  },
  {
    id: "erase-gated",
    name: "Erase on alarm",
    words:
      "The same, but only where the picture and its mirror image disagree. What gets past the mirror gets past the alarm.",
    defence: ({ gate }) => ({ kind: "erase", gate }),
  },
  {
    id: "oracle",
    name: "Erase, told where",
    words:
      "It is told where the label is: the most that erasing can do. Outside of a lab nobody tells.",
    defence: ({ lettered }, picture) =>
      picture === "clean"
        ? { kind: "none" }
        : { kind: "erase", boxes: lettered.corners.map(boxAround) },
  },
  {
    id: "mirror",
    name: "Mirror",
    words:
      "Keeps what the picture and its mirror image have in common. It has nothing to hold on to where a word reads the same in the mirror, or is written mirrored to begin with.",
    defence: () => ({ kind: "mirror" }),
  },
  {
    id: "heads",
    name: "Look-away heads",
    words:
      "Makes the heads that look at this label most look away. They were found on this very picture, which is kinder than life; and the more heads, the less is left to see the thing with.",
    defence: ({ heads, ranking }) => ({ kind: "heads", heads: ranking.slice(0, heads) }),
  },
  {
    id: "explain-away",
    name: "Explain away",
    words:
      "Asks for each label “with a label that says” each other one too, so that a word has an explanation. Words that are not among your labels have none.",
    defence: ({ labels }) => ({ kind: "explain-away", words: labels }),
  },
  {
    id: "project",
    name: "Project out",
    words:
      "Takes out the directions in which other words moved other drawings. What a word does depends on the word and on the thing below it, so these directions need not be this word’s.",
    defence: ({ basis }) => ({ kind: "project", basis }),
  },
];

/** The upright box around a label, as far as it is on the picture. */
function boxAround(corners: LetteringCorners): LabRegion {
  const inside = (place: number) => Math.min(1, Math.max(0, place));
  const across = corners.map(([x]) => inside(x));
  const down = corners.map(([, y]) => inside(y));
  return {
    left: Math.min(...across),
    top: Math.min(...down),
    right: Math.max(...across),
    bottom: Math.max(...down),
  };
}
