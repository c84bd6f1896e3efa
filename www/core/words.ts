/** Every sentence that follows from the state: what is going on, what the numbers can say, which model answered. */

import { isTaught, NONE_OF_THESE } from "glimpse-clip";
import { size, wait } from "./amounts.js";
import {
  isAutomatic,
  isBuiltIn,
  MADE_FOR,
  modelName,
  otherThan,
  type ModelChoice,
} from "./model-choice.js";
import { chosenFor } from "./classify-request.js";
import { builtInOf, taughtOf, type State } from "./state.js";

/** Whether a model is on its way: the first one, or one that the picture on the page needs and that was not needed before. */
export function isLoading({ phase, slow, progress }: State): boolean {
  return phase === "loading" || (phase === "working" && slow && progress !== null);
}

/** The line under the bars. */
export function statusOf(state: State): string {
  if (state.halt) return state.halt.words;
  if (isLoading(state)) return loading(state);
  if (state.phase === "error") return "";
  if (state.labels.length === 0)
    return "Type what the picture might show. Two labels or more make a contest.";
  if (state.phase === "working" && state.slow) return "Looking…";
  return "";
}

/** How long the last answer took, and on what. */
export function tookWords({ phase, milliseconds, info, camera }: State): string {
  if (phase === "loading" || phase === "error" || milliseconds === null || camera) return "";
  return `${duration(milliseconds)} on your ${info?.device === "gpu" ? "GPU" : "CPU"}`;
}

function loading({ model, progress, secondsLeft }: State): string {
  const name = model.kind === "built-in" ? builtInName(progress?.model ?? "") : modelName(model);
  if (!progress) return `Loading ${name}…`;
  if (progress.phase === "compile") return "Preparing the graphics card…";
  if (progress.phase === "verify") return `Checking the part of ${name} that is already here…`;
  if (!progress.total) return `Loading ${name}…`;
  const rest = secondsLeft === null ? "" : `, ${wait(secondsLeft)} left`;
  const doing = progress.fromCache || model.kind === "built-in" ? "Loading" : "Downloading";
  return `${doing} ${name}: ${size(progress.loaded)} of ${size(progress.total)}${rest}`;
}

function builtInName(model: string): string {
  return isBuiltIn(model) ? `the built-in model for ${MADE_FOR[model]}` : "the built-in model";
}

/** What is said of a download that a person paused. */
export function pausedWords({ progress }: State): string {
  if (!progress?.total) return "Paused.";
  return `Paused at ${size(progress.loaded)} of ${size(progress.total)}. What has arrived stays here.`;
}

/** Quiet sentences about what the numbers can and cannot say; empty when there are none to say. */
export function hintOf(state: State): string {
  return [singleLabel(state), guesses(state), noneWords(state)].filter(Boolean).join(" ");
}

function singleLabel({ labels, none }: State): string {
  return labels.length === 1 && !none
    ? "A single label always gets 100 %. Add another to compare it with."
    : "";
}

function guesses(state: State): string {
  const builtIn = builtInOf(state);
  const some = !offersMore(state) && state.labels.some((label) => caveatOf(state, label));
  return some && builtIn
    ? `Marked “guess”: labels that ${builtInName(builtIn)} was not taught. Their shares say little.`
    : "";
}

/** What "none of these" means. */
function noneWords({ none, model, labels }: State): string {
  if (!none || labels.length === 0) return "";
  const others =
    model.kind === "built-in"
      ? "all other things that the built-in model knows"
      : "some eighty everyday things and scenes that your labels do not name";
  return `None of these: the share of ${others}.`;
}

/** What is said of an address that asks for another model. */
export function askedWords({ asked }: State): string {
  if (asked?.kind !== "address") return "";
  return `This link asks for the model ${modelName(asked)}, to be fetched from ${hostOf(asked)}.`;
}

function hostOf({ address, hub }: ModelChoice & { kind: "address" }): string {
  const url = /^https?:/.test(address) ? address : (hub ?? "https://huggingface.co");
  return new URL(url).host;
}

/** Which built-in model answered, and why; empty where a person picked the model, for then the header says it. */
export function answererWords(state: State): string {
  const builtIn = isAutomatic(state.model) && state.scores ? builtInOf(state) : null;
  if (!builtIn) return "";
  return `Answered by the built-in for ${MADE_FOR[builtIn]}${isChosen(state) ? ", as you chose" : ""}`;
}

/** What the button beside that does: the other built-in model, or none in particular again. */
export function answererChange(state: State): string {
  const builtIn = builtInOf(state);
  if (isChosen(state)) return "Back to automatic";
  return builtIn ? `Use the one for ${MADE_FOR[otherThan(builtIn)]}` : "";
}

/** Whether a person chose the built-in model for the picture on the page. */
export function isChosen(state: State): boolean {
  return chosenFor(state, state.picture?.blob).builtIn !== undefined;
}

/** What is said where most labels for a photograph are beyond the built-in model; empty where that is not so. */
export function beyondWords(state: State): string {
  return offersMore(state)
    ? "Most of these labels are beyond the built-in model, which knows a thousand kinds of things and their groups. People, scenes, brands, art, colours and actions need a larger one."
    : "";
}

/** Whether a larger model is offered. */
export function offersMore(state: State): boolean {
  if (!state.offers || builtInOf(state) !== "mini-photo") return false;
  const guessed = state.labels.filter((label) => caveatOf(state, label));
  return 2 * guessed.length > state.labels.length;
}

/** Why a label's share is a guess; empty where it is none, or where that is not known. */
export function caveatOf(state: State, label: string): string {
  const [builtIn, taught] = [builtInOf(state), taughtOf(state)];
  if (!builtIn || !taught || label === NONE_OF_THESE || isTaught(label, taught)) return "";
  const name = builtInName(builtIn);
  return `${name[0]?.toUpperCase()}${name.slice(1)} was not taught this label: treat its share as a guess.`;
}

function duration(milliseconds: number): string {
  return milliseconds < 1000
    ? `${Math.max(1, Math.round(milliseconds))} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;
}
