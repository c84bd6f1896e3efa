/**
 * The page's entry: puts its parts together, and turns what people do at the page's head into changes of state.
 *
 * People -> `Store.set` -> `render` (core/view.ts) and `LiveClassifier` (core/live.ts, which asks the classifier and sets the answer).
 *
 * For tests and tools there are, beside the ids in index.html:
 * - `<html data-state>`: `loading`, `ready`, `working` or `error`; `<html data-device>`: `gpu`, `cpu`, or empty while loading.
 * - the event `glimpse:scores` on `document` after every answer, with `detail: { scores, stats, milliseconds, builtIn }`:
 *   `scores` as `Classifier.classify` gave them, `stats` as `Classifier.stats()` gives them, `builtIn` the built-in model that answered;
 * - the events `glimpse:lab`, `glimpse:lab-stir` and `glimpse:lab-rest` of the typographic lab (lab/asking.ts).
 */

import type { ImageDrop, ScoreBars } from "glimpse-clip/elements";
import "glimpse-clip/elements";
import { AddressBar, modelWasPicked } from "./address/address-bar.js";
import { EmbedSheet } from "./address/embed.js";
import { readFragment, type Linked } from "./address/link.js";
import { copyLink } from "./address/share.js";
import { byId } from "./core/elements.js";
import { Latest } from "./core/latest.js";
import * as models from "./core/model-choice.js";
import { exampleProblem, labProblem } from "./core/problems.js";
import { LiveClassifier } from "./core/live-classifier.js";
import { Store } from "./core/state.js";
import { History } from "./core/history.js";
import { render } from "./core/view.js";
import { GallerySection } from "./gallery/section.js";
import { bindKeys } from "./keyboard/keys.js";
import { shortcuts } from "./keyboard/shortcuts.js";
import { Finder } from "./labels/finder.js";
import { labelTools } from "./labels/label-tools.js";
import { Names } from "./labels/names.js";
import { learnWhatIsTaught } from "./labels/taught.js";
import { answererLine } from "./models/answerer.js";
import { modelPanel } from "./models/model-panel.js";
import { offerIsWelcome } from "./models/offer.js";
import { workOffline } from "./offline/offline.js";
import { examplePicture, examplesOf, pressShown, type Example } from "./pictures/examples.js";
import { ownPictures } from "./pictures/own-pictures.js";

const examples = examplesOf(byId("examples"));
const [first] = examples;
const linked = readFragment(location.hash);
const start = examples.find(({ name }) => name === linked.example) ?? first;
// What comes with the page needs no asking.
const isAllowed = linked.model?.kind === "built-in" || modelWasPicked();
const picked = linked.model && isAllowed ? linked.model : models.BUILT_IN;
const opened: Linked = {
  labels: first?.labels ?? [],
  template: models.usualTemplate(models.BUILT_IN),
  model: models.BUILT_IN,
  none: false,
  unit: "probability",
  order: "score",
  lab: false,
  example: first?.name ?? null,
  by: null,
};
const store = new Store({
  phase: "loading",
  model: picked,
  chosen: new Map(),
  taught: {},
  device: "auto",
  info: null,
  progress: null,
  secondsLeft: null,
  halt: null,
  picture: null,
  camera: false,
  lab: linked.lab ?? opened.lab,
  labels: linked.labels ?? start?.labels ?? [],
  template: linked.template ?? models.usualTemplate(picked),
  none: linked.none ?? opened.none,
  order: linked.order ?? opened.order,
  unit: linked.unit ?? opened.unit,
  asked: linked.model?.kind === "address" && picked !== linked.model ? linked.model : null,
  scores: null,
  answerer: null,
  milliseconds: null,
  slow: false,
  problem: null,
  offers: offerIsWelcome(),
  examplesLabels: examples.map((example) => example.labels),
});
const live = new LiveClassifier(store);
// Before the rest: the worker gets going while the page is set up.
const loaded = live.load(linked.by ?? start?.builtIn);
const showing = new Latest();
if (start) void showExample(start, { labels: null, by: linked.by });

store.subscribe(render);
render(store.state, null);
pressShown(store, examples);
// The rest in a task of its own: in one with what comes before, it would hold the page up for longer than can go unnoticed.
await new Promise((goOn) => setTimeout(goOn));
const { use, propose } = modelPanel(store, live);
const gallery = new GallerySection(store, live);
ownPictures(store, live, { gather: (found) => gallery.add(found), use });
for (const example of examples)
  example.button.addEventListener("click", () => void showExample(example));
labelTools(store);
answererLine(store);
writing();
askedModel();
byId("problem-remedy").addEventListener("click", remedy);
const past = new History(store, () => {
  byId<HTMLButtonElement>("undo").disabled = !past.canUndo;
  byId<HTMLButtonElement>("redo").disabled = !past.canRedo;
});
const undo = () => travel(() => past.undo());
const redo = () => travel(() => past.redo());
byId("undo").addEventListener("click", undo);
byId("redo").addEventListener("click", redo);
const address = new AddressBar(
  store,
  {
    linked: opened,
    labelsOf: (example) => (examples.find(({ name }) => name === example) ?? first)?.labels ?? [],
  },
  open,
);
byId("copy-link").addEventListener("click", () => void copyLink(store, address));
new Finder(store);
new Names(store, live);
new EmbedSheet(store);
const choosePicture = () => byId<ImageDrop>("picture").choose();
bindKeys(shortcuts({ store, undo, redo, choosePicture }));
panels();
void loaded.then(workOffline);
learnWhatIsTaught(store);

/** How an example is shown: with which labels, null for those that are there, and by which built-in model where one is chosen for it. */
interface Showing {
  labels: readonly string[] | null;
  by?: models.BuiltIn | null | undefined;
}

/** Shows an example; `labels` default to its own. Of several calls the latest wins. */
async function showExample(
  example: Example,
  { labels, by }: Showing = { labels: example.labels },
): Promise<void> {
  const signal = showing.begin();
  const before = store.state.picture?.blob;
  const overtaken = () => signal.aborted || store.state.picture?.blob !== before;
  try {
    // A copy: the example that is there already, chosen again, ends the camera as any other does.
    const picture = { ...(await examplePicture(example)) };
    if (overtaken()) return;
    const chosen = by && new Map(store.state.chosen).set(picture.blob, by);
    store.set({ picture, ...(labels && { labels }), ...(chosen && { chosen }) });
  } catch (error) {
    if (!overtaken()) store.set({ phase: "error", problem: exampleProblem(error) });
  }
}

/** The lab is a script of its own, which most visits never need. */
function writing(): void {
  let lab: Promise<unknown> | null = null;
  const show = async (name: string, labels?: readonly string[]) => {
    const found = examples.find((example) => example.name === name);
    const { picture, labels: before } = store.state;
    if (found) await showExample(found, { labels: labels ?? found.labels });
    return () => store.set({ picture, labels: before });
  };
  const open = async () => {
    try {
      const { LabSection } = await import("./lab.js");
      return new LabSection({ store, live, show, propose });
    } catch (error) {
      lab = null;
      store.set({ lab: false, problem: labProblem(error) });
      return null;
    }
  };
  const follow = () => {
    if (store.state.lab) lab ??= open();
  };
  byId("write").addEventListener("click", () => store.set({ lab: true }));
  store.subscribe(follow);
  follow();
}

/** Takes over what another address asks for; its model only once a person agrees. */
function open({ example, model, by, ...linked }: Partial<Linked>): void {
  const asked =
    model?.kind === "address" && !models.isSameModel(model, store.state.model) ? model : null;
  // What an address does not mention is as the page opens with; only labels and picture stay.
  const { none, unit, order, lab } = opened;
  const before = store.state.model;
  const now = model?.kind === "built-in" ? model : before;
  const template = models.usualTemplate(now);
  store.set({ none, unit, order, lab, template, model: now, ...linked, asked });
  const found = examples.find(({ name }) => name === example);
  if (found) void showExample(found, { labels: linked.labels ? null : found.labels, by });
  if (!models.isSameModel(now, before)) void live.load();
}

/** Goes through the page's past; a model of the past has to be loaded again. */
function travel(go: () => void): void {
  const { model } = store.state;
  go();
  if (!models.isSameModel(model, store.state.model)) void live.load();
}

function askedModel(): void {
  byId("asked-take").addEventListener("click", () => {
    const { asked } = store.state;
    store.set({ asked: null });
    if (asked) use(asked);
  });
  byId("asked-dismiss").addEventListener("click", (event) => {
    store.set({ asked: null });
    // The button is gone: the keyboard focus needs another place.
    if (event.detail === 0) byId<ScoreBars>("labels").focusRow(0);
  });
}

function remedy(): void {
  const kind = store.state.problem?.remedy;
  if (kind === "built-in") use(models.BUILT_IN);
  else if (kind === "cpu") {
    store.set({ device: "cpu" });
    void live.load();
  } else if (store.state.info && !store.state.camera) void live.ask(false);
  else void live.load();
}

/** Panels close when Tab leads out of them; the browser itself closes them only for clicks and Escape. */
function panels(): void {
  for (const panel of document.querySelectorAll<HTMLElement>(".panel")) {
    panel.addEventListener("focusout", ({ relatedTarget }) => {
      const button = document.querySelector(`[popovertarget="${panel.id}"]`);
      const inside = panel.contains(relatedTarget as Node | null) || relatedTarget === button;
      if (relatedTarget && !inside) panel.hidePopover();
    });
  }
}
