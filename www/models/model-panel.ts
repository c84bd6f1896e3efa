/** The model panel and the words under the bars that go with it: which model is used, from where, and on what device. */

import * as models from "../core/model-choice.js";
import { modelOfFiles } from "./model-files.js";
import { dismissOffer } from "./offer.js";
import { Picker } from "./picker.js";
import type { LiveClassifier } from "../core/live-classifier.js";
import type { Store } from "../core/state.js";
import type { ScoreBars } from "glimpse-clip/elements";
import { byId } from "../core/elements.js";

/** Uses a model. */
export type Use = (model: models.ModelChoice) => void;

/** What others do with models. */
export interface ModelPanel {
  use: Use;
  /** Opens the panel with the download of one that is offered by name weighed. */
  propose: (name: string) => void;
}

/** Sets up the panel, and the offer of a larger model. */
export function modelPanel(store: Store, live: LiveClassifier): ModelPanel {
  const use: Use = (model) => {
    const { template, model: before } = store.state;
    const untouched = template === models.usualTemplate(before);
    byId("model-panel").hidePopover();
    store.set({ model, template: untouched ? models.usualTemplate(model) : template });
    void live.load();
  };
  const picker = new Picker(store, use);
  addressForm(picker, use);
  ownFiles(use);
  byId("cancel").addEventListener("click", () => use(models.BUILT_IN));
  byId("pause").addEventListener("click", () => {
    live.pause();
    byId("resume").focus();
  });
  byId("resume").addEventListener("click", () => {
    const { model } = store.state;
    if (model.kind === "address") store.set({ model: { ...model, weighed: true } });
    void live.load();
  });
  byId("offer-take").addEventListener("click", () => picker.propose(models.PHOTO));
  byId("offer-dismiss").addEventListener("click", (event) => {
    dismissOffer();
    store.set({ offers: false });
    // The button is gone: the keyboard focus needs another place.
    if (event.detail === 0) byId<ScoreBars>("labels").focusRow(0);
  });
  const device = byId<HTMLSelectElement>("device-choice");
  device.addEventListener("change", () => {
    store.set({ device: device.value as "auto" | "gpu" | "cpu" });
    void live.load();
  });
  return { use, propose: (name) => picker.propose(name) };
}

function addressForm(picker: Picker, use: Use): void {
  const address = byId<HTMLInputElement>("model-address");
  byId("model-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const choice = models.parseAddress(address.value);
    byId("model-complaint").textContent = choice
      ? ""
      : "Type an address that starts with https:// or /, or a repository like owner/name.";
    if (!choice) return address.focus();
    const { hub } = picker;
    use(choice.kind === "address" && hub ? { ...choice, hub } : choice);
  });
}

function ownFiles(use: Use): void {
  for (const id of ["model-folder", "model-files"]) {
    const input = byId<HTMLInputElement>(id);
    input.addEventListener("change", () => {
      const files = [...(input.files ?? [])];
      input.value = "";
      if (files.length > 0) use(modelOfFiles(files));
    });
  }
}
