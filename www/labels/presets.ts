/** Labels to start from: small sets that make a contest, and everything that a model is known to know. */

import { builtInLabels, type BuiltInLabels } from "glimpse-clip";
import type { BuiltIn } from "../core/model-choice.js";

/** Labels that go together. */
export interface Preset {
  name: string;
  labels: readonly string[];
}

/** For the built-in models: what each was taught. */
export const TAUGHT: Readonly<Record<BuiltIn, readonly Preset[]>> = {
  mini: [
    { name: "Pets", labels: ["dog", "cat", "rabbit", "hamster", "parrot", "fish"] },
    { name: "Farm", labels: ["cow", "pig", "sheep", "goat", "horse", "chicken"] },
    { name: "Fruit", labels: ["apple", "pear", "banana", "orange", "lemon", "cherry"] },
    { name: "Wheels", labels: ["car", "bus", "truck", "bicycle", "motorcycle", "scooter"] },
    { name: "Music", labels: ["guitar", "piano", "drum", "violin", "trumpet", "microphone"] },
    { name: "Sky", labels: ["sun", "moon", "star", "cloud", "rainbow", "lightning"] },
    { name: "Faces", labels: ["smiley", "angry face", "crying face", "robot", "ghost", "alien"] },
  ],
  "mini-photo": [
    {
      name: "Dogs",
      labels: ["golden retriever", "Samoyed", "husky", "German Shepherd Dog", "pug", "beagle"],
    },
    {
      name: "Cats",
      labels: ["tabby cat", "Siamese cat", "Persian cat", "lynx", "tiger", "lion"],
    },
    {
      name: "Birds",
      labels: ["flamingo", "peacock", "bald eagle", "ostrich", "king penguin", "hummingbird"],
    },
    {
      name: "Getting around",
      labels: ["mountain bike", "sports car", "school bus", "moped", "airliner", "canoe"],
    },
    {
      name: "Apple or iPod",
      labels: ["Granny Smith", "iPod", "library", "pizza", "toaster"],
    },
    {
      name: "Music",
      labels: ["acoustic guitar", "grand piano", "violin", "drum", "saxophone", "harp"],
    },
    {
      name: "Kinds of things",
      labels: ["dog", "cat", "bird", "insect", "vehicle", "furniture", "fruit", "building"],
    },
  ],
};

/** For every other model, which most likely knows photographs. */
export const PHOTOGRAPHED: readonly Preset[] = [
  {
    name: "Dogs",
    labels: ["golden retriever", "samoyed", "husky", "german shepherd", "poodle", "dachshund"],
  },
  { name: "Getting around", labels: ["segway", "bicycle", "wheel", "car", "skateboard", "bus"] },
  { name: "Apple or iPod", labels: ["Granny Smith", "iPod", "library", "pizza", "toaster"] },
  { name: "Food", labels: ["pizza", "sushi", "salad", "hamburger", "soup", "cake"] },
  { name: "Places", labels: ["beach", "forest", "mountain", "city street", "kitchen", "office"] },
  {
    name: "Kinds of picture",
    labels: ["photograph", "drawing", "painting", "screenshot", "diagram", "map"],
  },
];

/** A part of what a model knows, under a heading. */
export interface Group {
  name: string;
  labels: readonly string[];
  /** What some of the labels are other names of. */
  meanings?: Readonly<Record<string, string>>;
  /** Whether there is something to see only once someone searches. */
  isSought?: boolean;
  /** The name of a group of things, whose members these are: shown where that name is what is sought. */
  membersOf?: string;
}

/** How many things are shown at first, and how long a list is too long to be read through. */
const FIRST = 12;
const MANY = 500;

/** Groups of things that have an everyday name, the first to be shown. */
const EVERYDAY =
  "dog cat bird fish insect snake monkey vehicle car boat fruit vegetable food clothing furniture building tool".split(
    " ",
  );

/** What a built-in model was taught, in groups; words that are things too stand only among the things. */
export function groupsOf({
  concepts,
  names,
  groups,
  words,
  colours,
  shapes,
}: BuiltInLabels): Group[] {
  // Two classes of things may have one name.
  const things = spread([...new Set(concepts)]);
  const known = new Set([...things, ...Object.keys(names)]);
  const large = Object.keys(groups).sort(
    (one, other) => (groups[other]?.length ?? 0) - (groups[one]?.length ?? 0),
  );
  const kinds = new Set([...EVERYDAY.filter((name) => name in groups), ...large]);
  return [
    { name: "Groups of things", labels: [...kinds] },
    ...[...kinds].map((kind) => ({
      name: `Kinds of ${kind}`,
      labels: [...new Set((groups[kind] ?? []).flatMap((place) => concepts[place] ?? []))],
      membersOf: kind,
    })),
    { name: "Things", labels: things },
    { name: "Other names", labels: Object.keys(names), meanings: names, isSought: true },
    { name: "Coloured shapes", labels: mixed(colours, shapes) },
    { name: "Written words", labels: words.filter((word) => !known.has(word)) },
  ].filter(({ labels }) => labels.length > 0);
}

/** A long list that begins with things from all over it: in the classes' own order a dozen are all fish. */
function spread(things: readonly string[]): string[] {
  if (things.length < MANY) return [...things];
  const step = Math.floor(things.length / FIRST);
  const isFirst = (_: string, at: number) => at % step === step - 1;
  return [...things.filter(isFirst), ...things.filter((one, at) => !isFirst(one, at))];
}

/** Every colour with every shape, both changing from one to the next, so that the first few show what there is. */
function mixed(colours: readonly string[], shapes: readonly string[]): string[] {
  return colours.flatMap((_, turn) =>
    shapes.map((shape, at) => `${colours[(turn + at) % colours.length]} ${shape}`),
  );
}

/** The names of ImageNet's classes, which most models for photographs know: those that the built-in one was taught. */
export async function imagenetGroups(): Promise<Group[]> {
  const { concepts } = await builtInLabels("mini-photo");
  return [{ name: "ImageNet’s names", labels: [...new Set(concepts)] }];
}
