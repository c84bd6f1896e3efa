/**
 * The page: what people do becomes a change of state, and that is all this file knows.
 *
 * People -> `Store.set` -> `render` (view.ts) and `Session` (session.ts, which asks the classifier and sets the answer).
 *
 * What tests and tools can hold on to, and nothing else is global:
 * - `<html data-state>`: `loading`, `ready`, `working` or `error`; `<html data-device>`: `gpu`, `cpu`, or empty while loading.
 * - the event `glimpse:scores` on `document` after every answer, with `detail: { scores, stats, milliseconds }`:
 *   `scores` as `Classifier.classify` gave them, `stats` as `Classifier.stats()` gives them.
 * - ids: `#picture` (`<image-drop>`), `#labels` (`<score-bars>`), `#template`, `#template-note`, `#examples` (a button each,
 *   `data-file`), `#model`, `#model-panel`, `#model-built-in`, `#model-address`, `#model-use`, `#model-folder`, `#model-files`,
 *   `#device`, `#device-panel`, `#device-choice` (`auto`, `gpu`, `cpu`), `#device-reason`, `#theme`, `#detail`, `#status`,
 *   `#hint`, `#photograph`, `#offer`, `#offer-take`, `#offer-dismiss`, `#labels-back`, `#cancel`, `#progress`, `#problem`,
 *   `#problem-title`, `#problem-message`, `#problem-remedy`.
 */

import { builtInLabels } from "glimpse-clip";
import type {
  FilesDrop,
  ImageChange,
  ImageDrop,
  LabelsChange,
  ScoreBars,
} from "glimpse-clip/elements";
import "glimpse-clip/elements";
import { examplePicture, examplesOf, type Example } from "./examples.js";
import * as models from "./models.js";
import { dismissOffer, offerIsWelcome } from "./offer.js";
import { looksLikePhotograph } from "./photograph.js";
import { Session } from "./session.js";
import { Store } from "./state.js";
import { byId, render } from "./view.js";
import { NOT_A_FILE, problemOf } from "./words.js";

const examples = examplesOf(byId("examples"));
const [first] = examples;
const store = new Store({
  phase: "loading",
  model: models.BUILT_IN,
  taught: null,
  device: "auto",
  info: null,
  progress: null,
  picture: null,
  camera: false,
  labels: first?.labels ?? [],
  labelsBefore: null,
  template: models.usualTemplate(models.BUILT_IN),
  scores: null,
  milliseconds: null,
  slow: false,
  problem: null,
  offers: offerIsWelcome(),
});
const session = new Session(store);

store.subscribe(render);
render(store.state, null);
pictures();
labelsAndTemplate();
modelChooser();
panels();
photoOffer();
const loaded = session.load();
if (first) void showExample(first);
// Suggestions can wait for the model; without the list the page goes on and has none.
void loaded.then(builtInLabels).then(
  (taught) => store.set({ taught }),
  (error: unknown) => console.warn(error),
);

function pictures(): void {
  for (const example of examples)
    example.button.addEventListener("click", () => void showExample(example));
  const drop = byId<ImageDrop>("picture");
  drop.addEventListener("imagechange", (event) => {
    const { image, name } = (event as CustomEvent<ImageChange>).detail;
    void showOwn(image, name);
  });
  drop.addEventListener("imagereject", () => store.set({ phase: "error", problem: NOT_A_FILE }));
  drop.addEventListener("filesdrop", (event) => {
    const { dataTransfer } = (event as CustomEvent<FilesDrop>).detail;
    if (!models.mayBeModel(dataTransfer)) return;
    event.preventDefault();
    void useDrop(dataTransfer);
  });
}

async function showExample(example: Example): Promise<void> {
  try {
    const picture = await examplePicture(example);
    const { labels, labelsBefore } = store.state;
    const edited = labels.length > 0 && !examples.some((known) => sameLabels(known.labels, labels));
    store.set({ picture, labels: example.labels, labelsBefore: edited ? labels : labelsBefore });
  } catch (error) {
    store.set({
      phase: "error",
      problem: { ...problemOf(error), title: "The example could not be fetched." },
    });
  }
}

async function showOwn(blob: Blob, name: string): Promise<void> {
  store.set({ picture: { blob, alt: name, example: null, photograph: null } });
  const photograph = await looksLikePhotograph(blob);
  const { picture } = store.state;
  if (picture?.blob === blob) store.set({ picture: { ...picture, photograph } });
}

function labelsAndTemplate(): void {
  const bars = byId<ScoreBars>("labels");
  bars.addEventListener("labelschange", (event) => {
    store.set({ labels: (event as CustomEvent<LabelsChange>).detail.labels, labelsBefore: null });
  });
  byId("labels-back").addEventListener("click", () => {
    const { labelsBefore, labels } = store.state;
    store.set({ labels: labelsBefore ?? labels, labelsBefore: null });
    bars.focusRow(0);
  });
  const template = byId<HTMLInputElement>("template");
  template.addEventListener("input", () => store.set({ template: template.value }));
  const detail = byId<HTMLInputElement>("detail");
  detail.addEventListener("change", () => bars.toggleAttribute("detail", detail.checked));
  byId("problem-remedy").addEventListener("click", remedy);
  byId("cancel").addEventListener("click", () => use(models.BUILT_IN));
  document.querySelector(".skip")?.addEventListener("click", (event) => {
    event.preventDefault();
    bars.focusRow(0);
  });
}

function remedy(): void {
  const kind = store.state.problem?.remedy;
  if (kind === "built-in") use(models.BUILT_IN);
  else if (kind === "cpu") runOn("cpu");
  else if (store.state.info) void session.ask(false);
  else void session.load();
}

function modelChooser(): void {
  byId("model-built-in").addEventListener("click", () => use(models.BUILT_IN));
  const address = byId<HTMLInputElement>("model-address");
  byId("model-photo").addEventListener("click", (event) => {
    address.value = (event.currentTarget as HTMLElement).textContent ?? "";
    address.focus();
  });
  byId("model-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const choice = models.parseAddress(address.value);
    byId("model-complaint").textContent = choice
      ? ""
      : "Type an address that starts with https:// or /, or a repository like owner/name.";
    if (choice) use(choice);
    else address.focus();
  });
  for (const id of ["model-folder", "model-files"]) {
    const input = byId<HTMLInputElement>(id);
    input.addEventListener("change", () => {
      const files = [...(input.files ?? [])];
      input.value = "";
      if (files.length > 0) use(models.modelOfFiles(files));
    });
  }
  const device = byId<HTMLSelectElement>("device-choice");
  device.addEventListener("change", () => runOn(device.value as "auto" | "gpu" | "cpu"));
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

function photoOffer(): void {
  byId("offer-take").addEventListener("click", () => use(models.PHOTO));
  byId("offer-dismiss").addEventListener("click", (event) => {
    dismissOffer();
    store.set({ offers: false });
    // The button is gone; a hand on the keyboard must not lose its place.
    if (event.detail === 0) byId<ScoreBars>("labels").focusRow(0);
  });
}

async function useDrop(dataTransfer: DataTransfer): Promise<void> {
  const { folder, files } = await models.filesOfDrop(dataTransfer);
  const picture = files.find(({ type }) => type.startsWith("image/"));
  if (!models.areModelFiles(files) && picture) return showOwn(picture, picture.name);
  const choice = models.modelOfFiles(files);
  use(choice.kind === "files" && folder ? { ...choice, name: folder } : choice);
}

function use(model: models.ModelChoice): void {
  const { template, model: before } = store.state;
  const untouched = template === models.usualTemplate(before);
  byId("model-panel").hidePopover();
  store.set({ model, template: untouched ? models.usualTemplate(model) : template });
  void session.load();
}

function runOn(device: "auto" | "gpu" | "cpu"): void {
  store.set({ device });
  void session.load();
}

function sameLabels(a: readonly string[], b: readonly string[]): boolean {
  return [...a].sort().join("\n") === [...b].sort().join("\n");
}
