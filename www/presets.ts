/** Labels to start from: small sets that make a contest, and everything that a model is known to know. */

import type { BuiltInLabels } from "glimpse-clip";

/** Labels that go together. */
export interface Preset {
  name: string;
  labels: readonly string[];
}

/** For the built-in model: things that it was taught. */
export const DRAWN: readonly Preset[] = [
  { name: "Pets", labels: ["dog", "cat", "rabbit", "hamster", "parrot", "fish"] },
  { name: "Farm", labels: ["cow", "pig", "sheep", "goat", "horse", "chicken"] },
  { name: "Fruit", labels: ["apple", "pear", "banana", "orange", "lemon", "cherry"] },
  { name: "Wheels", labels: ["car", "bus", "truck", "bicycle", "motorcycle", "scooter"] },
  { name: "Music", labels: ["guitar", "piano", "drum", "violin", "trumpet", "microphone"] },
  { name: "Sky", labels: ["sun", "moon", "star", "cloud", "rainbow", "lightning"] },
  { name: "Faces", labels: ["smiley", "angry face", "crying face", "robot", "ghost", "alien"] },
];

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
}

/** What the built-in model was taught, in groups; words that are things too stand only among the things. */
export function groupsOf({ concepts, names, words, colours, shapes }: BuiltInLabels): Group[] {
  const things = [...concepts, ...Object.keys(names)];
  const known = new Set(things);
  return [
    { name: "Things", labels: things },
    {
      name: "Coloured shapes",
      labels: mixed(colours, shapes),
    },
    { name: "Written words", labels: words.filter((word) => !known.has(word)) },
  ];
}

/** Every colour with every shape, both changing from one to the next, so that the first few show what there is. */
function mixed(colours: readonly string[], shapes: readonly string[]): string[] {
  return colours.flatMap((_, turn) =>
    shapes.map((shape, at) => `${colours[(turn + at) % colours.length]} ${shape}`),
  );
}

let imagenet: Promise<Group[]> | undefined;

/** The names of ImageNet's classes, which most models for photographs know; fetched at the first call. */
export function imagenetGroups(): Promise<Group[]> {
  imagenet ??= fetchNames().catch((error: unknown) => {
    imagenet = undefined;
    throw error;
  });
  return imagenet;
}

async function fetchNames(): Promise<Group[]> {
  const response = await fetch("imagenet.json");
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}.`);
  const { names } = (await response.json()) as { names: string[] };
  return [{ name: "ImageNet’s names", labels: names }];
}
