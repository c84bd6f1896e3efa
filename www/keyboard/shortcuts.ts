/** What each key does: the one table from which keys are bound and the sheet is written. */

import type { ScoreBars } from "glimpse-clip/elements";
import type { KeyGroup } from "./keys.js";
import { sortByScore } from "../labels/label-tools.js";
import type { State, Store } from "../core/state.js";
import { byId } from "../core/elements.js";

/** What the keys need beside the page's own buttons. */
export interface PageActions {
  store: Store;
  undo(): void;
  redo(): void;
  choosePicture(): void;
}

const UNITS: State["unit"][] = ["probability", "cosine", "logit"];

/** The table. */
export function shortcuts({ store, undo, redo, choosePicture }: PageActions): KeyGroup[] {
  const press = (id: string) => () => byId(id).click();
  const examples = [...byId("examples").querySelectorAll<HTMLElement>("button:not([hidden])")];
  return [
    {
      name: "Picture",
      keys: [
        { keys: ["o"], does: "choose a picture", run: choosePicture, inLab: true },
        { keys: ["$mod+v"], does: "paste a picture" },
        ...examples.map((example, index) => ({
          keys: [String(index + 1)],
          does: `the ${example.textContent?.trim() ?? ""}`,
          run: () => example.click(),
          inLab: true,
        })),
        { keys: ["w"], does: "write on it: the lab", run: press("write") },
      ],
    },
    {
      name: "Labels",
      keys: [
        { keys: ["l"], does: "type a label", run: typeLabel },
        { keys: ["f"], does: "find labels", run: press("find") },
        { keys: ["i"], does: "what could it be?", run: press("name-it") },
        { keys: ["Enter"], does: "the next label" },
        { keys: [], shown: ["ArrowUp", "ArrowDown"], does: "from label to label" },
        { keys: [], shown: ["Alt", "ArrowUp", "ArrowDown"], does: "move a label" },
        { keys: ["Escape"], does: "take back what was typed; leave the lab" },
        { keys: ["$mod+z"], does: "undo", run: undo, inLab: true },
        { keys: ["$mod+Shift+z", "$mod+y"], does: "redo", run: redo, inLab: true },
      ],
    },
    {
      name: "Scores",
      keys: [
        { keys: ["t"], does: "change the template", run: () => byId("template").focus() },
        {
          keys: ["n"],
          does: "none of these",
          run: () => store.set({ none: !store.state.none }),
        },
        {
          keys: ["s"],
          does: "by score, or in my order",
          run: () => sortByScore(store, store.state.order !== "score"),
        },
        {
          keys: ["u"],
          does: "probability, cosine or logit",
          run: () =>
            store.set({ unit: UNITS[(UNITS.indexOf(store.state.unit) + 1) % UNITS.length]! }),
        },
      ],
    },
    {
      name: "Label on the picture",
      keys: [
        {
          keys: [],
          shown: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"],
          does: "move it; with Shift further",
        },
        { keys: [], shown: ["+", "-"], does: "larger, smaller" },
        { keys: [], shown: ["[", "]"], does: "turn it; M mirrors it" },
      ],
    },
    {
      name: "Page",
      keys: [
        { keys: ["m"], does: "the model", run: press("model"), inLab: true },
        { keys: ["d"], does: "where it runs", run: press("device"), inLab: true },
        { keys: ["c"], does: "copy a link", run: press("copy-link") },
        { keys: ["e"], does: "embed", run: press("embed") },
        {
          keys: ["Shift+?", "?"],
          shown: ["?"],
          does: "this list",
          run: press("keys"),
          inLab: true,
        },
      ],
    },
  ];
}

function typeLabel(): void {
  const bars = byId<ScoreBars>("labels");
  bars.focusRow(bars.labels.length);
}
