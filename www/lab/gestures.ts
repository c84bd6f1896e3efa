/** Gestures on the label: drags, the two handles, two fingers, and keys, each as a change of the label's place. */

import { middle, span, type Place, type Point } from "./geometry.js";
import type { Lab } from "./lab.js";
import { within, type LabSpec, type Ranged } from "./spec.js";

/** One press of a key, and one with Shift: fractions of the side, and degrees. */
const STEP = { move: 0.01, height: 0.01, turn: 5 };
const STRIDE = { move: 0.05, height: 0.05, turn: 15 };
/** Turns within so many degrees of level or upright come to rest there. */
const SNAP = 3;

/** What a single pointer does, by what it took hold of. */
type Grip = "move" | "scale" | "rotate";

/** Follows pointers that take hold of the label or a handle of it. `stage` carries `data-held` meanwhile. */
export class Gestures {
  readonly #lab: Lab;
  readonly #stage: HTMLElement;
  readonly #label: HTMLElement;
  readonly #grips: Map<Element, Grip>;
  readonly #pointers = new Map<number, Point>();
  /** Where pointers and label were when this number of pointers had come together. */
  #start: { points: Point[]; place: Place } | null = null;
  /** The label before the gesture began. */
  #before: LabSpec | null = null;
  #grip: Grip = "move";

  /** `scale` and `rotate` are the handles. */
  constructor(
    lab: Lab,
    stage: HTMLElement,
    label: HTMLElement,
    handles: { scale: HTMLElement; rotate: HTMLElement },
  ) {
    this.#lab = lab;
    this.#stage = stage;
    this.#label = label;
    this.#grips = new Map<Element, Grip>([
      [label, "move"],
      [handles.scale, "scale"],
      [handles.rotate, "rotate"],
    ]);
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointermove", (event) => this.#move(event));
    for (const type of ["pointerup", "pointercancel"] as const)
      stage.addEventListener(type, (event) => this.#up(event));
    label.addEventListener("keydown", (event) => this.#key(event));
  }

  #down(event: PointerEvent): void {
    const grip = this.#grips.get(event.target as Element);
    const joins = this.#pointers.size === 1 && event.pointerType === "touch";
    if (event.button !== 0 || (!grip && !joins)) return;
    // Neither a text nor the picture is to be dragged along.
    event.preventDefault();
    if (this.#pointers.size === 0) {
      this.#grip = grip ?? "move";
      this.#before = this.#lab.state.spec;
      this.#label.focus({ preventScroll: true });
    }
    this.#stage.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, this.#pointOf(event));
    this.#begin();
  }

  #move(event: PointerEvent): void {
    const start = this.#start;
    if (!start || !this.#pointers.has(event.pointerId)) return;
    this.#pointers.set(event.pointerId, this.#pointOf(event));
    const points = [...this.#pointers.values()];
    this.#lab.write(limited(placeAfter(start, points, this.#grip, event.shiftKey)));
  }

  #up({ pointerId }: PointerEvent): void {
    if (this.#pointers.delete(pointerId)) this.#begin();
  }

  /** With every pointer that comes or goes, the rest go on from where they are. */
  #begin(): void {
    const points = [...this.#pointers.values()];
    this.#stage.toggleAttribute("data-held", points.length > 0);
    this.#start = points.length > 0 ? { points, place: this.#lab.state.spec } : null;
  }

  #pointOf({ clientX, clientY }: PointerEvent): Point {
    const { left, top, width, height } = this.#stage.getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && this.#pointers.size > 0 && this.#before) {
      this.#pointers.clear();
      this.#begin();
      this.#lab.set({ spec: this.#before });
    } else {
      const change = afterKey(event, this.#lab.state.spec);
      if (!change) return;
      this.#lab.write(change);
    }
    // The page would scroll, or take the key for one of its own.
    event.preventDefault();
    event.stopPropagation();
  }
}

function placeAfter(
  { points: [first, second], place }: { points: Point[]; place: Place },
  [now, other]: Point[],
  grip: Grip,
  byStrides: boolean,
): Partial<Place> {
  if (!first || !now) return {};
  if (second && other) {
    const [was, is] = [span(first, second), span(now, other)];
    const [from, to] = [middle([first, second]), middle([now, other])];
    return {
      x: place.x + to.x - from.x,
      y: place.y + to.y - from.y,
      height: place.height * (was.length > 0 ? is.length / was.length : 1),
      rotation: snapped(place.rotation + is.angle - was.angle),
    };
  }
  if (grip === "move") return { x: place.x + now.x - first.x, y: place.y + now.y - first.y };
  const [was, is] = [span(place, first), span(place, now)];
  if (grip === "scale")
    return { height: place.height * (was.length > 0 ? is.length / was.length : 1) };
  const rotation = place.rotation + is.angle - was.angle;
  return {
    rotation: byStrides ? STRIDE.turn * Math.round(rotation / STRIDE.turn) : snapped(rotation),
  };
}

/** What a key does to the label; null where it does nothing. */
function afterKey({ key, shiftKey }: KeyboardEvent, spec: LabSpec): Partial<LabSpec> | null {
  const step = shiftKey ? STRIDE : STEP;
  const { x, y, height, rotation, mirror } = spec;
  switch (key) {
    case "ArrowLeft":
      return limited({ x: x - step.move });
    case "ArrowRight":
      return limited({ x: x + step.move });
    case "ArrowUp":
      return limited({ y: y - step.move });
    case "ArrowDown":
      return limited({ y: y + step.move });
    // The same keys with and without Shift, on keyboards of all countries.
    case "+":
    case "=":
      return limited({ height: height + STEP.height });
    case "-":
    case "_":
      return limited({ height: height - STEP.height });
    case "[":
    case "{":
      return limited({ rotation: rotation - step.turn });
    case "]":
    case "}":
      return limited({ rotation: rotation + step.turn });
    case "m":
    case "M":
      return { mirror: !mirror };
    default:
      return null;
  }
}

function limited(change: Partial<Place>): Partial<Place> {
  return Object.fromEntries(
    Object.entries(change).map(([field, value]) => [field, within(field as Ranged, value)]),
  );
}

function snapped(degrees: number): number {
  const level = 90 * Math.round(degrees / 90);
  return Math.abs(degrees - level) < SNAP ? level : degrees;
}
