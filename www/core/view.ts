/**
 * Draws what the state says of the page's head: the model, the device, the picture, the bars and the words below them. Every line goes
 * from state to page, none back.
 *
 * What keeps a state of its own draws itself: the gallery, the finder, the names, the list of models, the camera, the lab.
 */

import type { ImageDrop, ScoreBars } from "glimpse-clip/elements";
import { byId, element, setText } from "./elements.js";
import { builtInNote, isAutomatic, modelName } from "./model-choice.js";
import type { State } from "./state.js";
import { templateComplaint, templatePreview } from "./templates.js";
import { VERDICT_SCALE, verdictOf } from "./verdict.js";
import { REMEDIES } from "./problems.js";
import {
  answererChange,
  answererWords,
  askedWords,
  beyondWords,
  hintOf,
  isLoading,
  offersMore,
  statusOf,
  tookWords,
} from "./words.js";

/** Brings the page in line with `state`; `before` is the state that it shows now, null at the first call. */
export function render(state: State, before: State | null): void {
  document.documentElement.dataset["state"] = state.phase;
  document.documentElement.dataset["device"] = state.info?.device ?? "";
  renderModel(state);
  renderDevice(state);
  renderPicture(state, before);
  renderBars(state, before);
  renderOutcome(state);
  renderTemplate(state);
  renderLab(state);
}

function renderModel({ model }: State): void {
  const name = modelName(model);
  const note = model.kind === "built-in" ? `(${builtInNote(model.name)})` : "";
  byId("model-name").textContent = name;
  byId("model-note").textContent = note;
  byId("model-note").hidden = note === "";
  byId("model").setAttribute("aria-label", `Model: ${[name, note].filter(Boolean).join(" ")}`);
}

function renderDevice({ info, device, phase, model }: State): void {
  const button = byId("device");
  byId("device-name").textContent = info ? info.device.toUpperCase() : "…";
  button.title = info?.reason ?? "";
  button.setAttribute(
    "aria-label",
    info ? `Runs on the ${info.device.toUpperCase()}. Why?` : "Device",
  );
  byId<HTMLSelectElement>("device-choice").value = device;
  const waiting = phase === "error" ? "No model is loaded." : "The model is on its way.";
  byId("device-reason").textContent = info?.reason ?? waiting;
  // Of the two built-in models one sees less and the other reads more.
  const most = isAutomatic(model) ? "up to " : "";
  const facts: [string, string][] = info
    ? [
        ["Device", [info.device.toUpperCase(), info.adapter].filter(Boolean).join(", ")],
        ["Model", info.model],
        ["Sees", `${most}${info.imageSize} × ${info.imageSize} pixels`],
        ["Reads", `up to ${info.contextLength} tokens a label`],
      ]
    : [];
  byId("device-facts").replaceChildren(
    ...facts.flatMap(([name, fact]) => [element("dt", name), element("dd", fact)]),
  );
}

function renderPicture({ picture }: State, before: State | null): void {
  if (before && picture === before.picture) return;
  const drop = byId<ImageDrop>("picture");
  drop.image = picture?.blob ?? null;
  drop.alt = picture?.alt ?? "";
}

function renderBars(state: State, before: State | null): void {
  const bars = byId<ScoreBars>("labels");
  bars.state = state.phase;
  if (state.labels !== before?.labels) bars.labels = state.labels as string[];
  bars.unit = state.unit;
  bars.order = state.order;
  bars.noneOfThese = state.none;
  byId<HTMLInputElement>("sorted").checked = state.order === "score";
  for (const choice of byId("unit").querySelectorAll("input"))
    choice.checked = choice.value === state.unit;
  if (state.scores !== before?.scores) bars.scores = state.scores;
}

function renderOutcome(state: State): void {
  setText(byId("status"), statusOf(state));
  setText(byId("verdict"), verdictOf(state));
  byId("verdict").title = VERDICT_SCALE;
  setText(byId("took"), tookWords(state));
  setText(byId("hint"), hintOf(state));
  setText(byId("answerer-words"), answererWords(state));
  setText(byId("answerer-change"), answererChange(state));
  byId("answerer").hidden = answererWords(state) === "";
  byId("answerer-change").hidden = state.camera;
  setText(byId("beyond"), beyondWords(state));
  byId("offer").hidden = !offersMore(state);
  byId("asked").hidden = !state.asked;
  setText(byId("asked-words"), askedWords(state));
  // Out of another model's loading or failure there is always a way back.
  byId("cancel").hidden =
    state.info !== null || state.model.kind === "built-in" || state.problem?.remedy === "built-in";

  const { halt } = state;
  byId("pause").hidden =
    state.phase !== "loading" ||
    halt !== null ||
    state.progress?.phase !== "download" ||
    state.model.kind !== "address";
  byId("resume").hidden = !halt;
  setText(byId("resume"), halt?.why === "large" ? "Download it" : "Go on");

  const bar = byId<HTMLProgressElement>("progress");
  const { progress } = state;
  bar.hidden = !isLoading(state) || halt?.why === "large";
  if (progress?.total) bar.value = progress.loaded / progress.total;
  else bar.removeAttribute("value");

  const { problem } = state;
  byId("problem").hidden = !problem;
  setText(byId("problem-title"), problem?.title ?? "");
  setText(byId("problem-advice"), problem?.advice || problem?.detail || "");
  setText(byId("problem-message"), problem ? `${problem.code}: ${problem.detail}` : "");
  byId("problem-detail").hidden = !problem?.advice || !problem.detail;
  const remedy = byId("problem-remedy");
  remedy.hidden = !problem?.remedy;
  remedy.textContent = problem?.remedy ? REMEDIES[problem.remedy] : "";
}

function renderTemplate(state: State): void {
  const field = byId<HTMLInputElement>("template");
  if (field.value !== state.template) field.value = state.template;
  const complaint = templateComplaint(state.template);
  field.setAttribute("aria-invalid", String(complaint !== ""));
  const note = byId("template-note");
  setText(byId("template-note"), complaint || templatePreview(state));
  note.classList.toggle("complaint", complaint !== "");
  // Nothing is asked with it: what is shown answers the last template that would do.
  byId("labels").toggleAttribute("data-old", complaint !== "");
}

/** The lab stands in the page's place; what is on the page waits as it is. */
function renderLab({ lab, picture, camera }: State): void {
  document.documentElement.toggleAttribute("data-lab", lab);
  byId("lab").hidden = !lab;
  byId<HTMLButtonElement>("write").disabled = !picture || camera;
}
