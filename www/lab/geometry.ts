/** Where a label lies on the picture, and how that follows a gesture: plain geometry, in fractions of the square's side. */

import type { LabSpec } from "./spec.js";

/** A point, from the left and from the top. */
export interface Point {
  x: number;
  y: number;
}

/** A label's four corners as the package gives them. */
export type Corners = readonly (readonly [x: number, y: number])[];

/** A box that lies turned on the picture. */
export interface Box extends Point {
  width: number;
  height: number;
  /** Degrees clockwise. */
  angle: number;
}

/** The fields of a label that gestures change. */
export type Place = Pick<LabSpec, "x" | "y" | "height" | "rotation">;

/** The smallest box at `angle` that holds all corners; its `x` and `y` are its centre. */
export function boxAround(corners: Corners, angle: number): Box {
  const upright = corners.map(([x, y]) => turned({ x, y }, -angle));
  const [left, right] = extent(upright.map(({ x }) => x));
  const [top, bottom] = extent(upright.map(({ y }) => y));
  const centre = turned({ x: (left + right) / 2, y: (top + bottom) / 2 }, angle);
  return { ...centre, width: right - left, height: bottom - top, angle };
}

/** The corners of a label that was drawn at `from`, as they are once it is at `to`. */
export function carried(corners: Corners, from: Place, to: Place): Corners {
  const scale = to.height / from.height;
  return corners.map(([x, y]) => {
    const offset = turned({ x: x - from.x, y: y - from.y }, to.rotation - from.rotation);
    return [to.x + scale * offset.x, to.y + scale * offset.y];
  });
}

/** Where and how high a level label has to be for all of its corners to lie on the picture. */
export function insideOf(corners: Corners, place: Place): Pick<Place, "x" | "y" | "height"> {
  const box = boxAround(corners, 0);
  const shrink = Math.min(1, 1 / box.width, 1 / box.height);
  const held = (centre: number, size: number) =>
    Math.min(1 - (size * shrink) / 2, Math.max((size * shrink) / 2, centre));
  return {
    x: place.x + held(box.x, box.width) - box.x,
    y: place.y + held(box.y, box.height) - box.y,
    height: place.height * shrink,
  };
}

/** Two pointers, or a pointer and the label's centre: how far apart, and in which direction. */
export function span(from: Point, to: Point): { length: number; angle: number } {
  const [x, y] = [to.x - from.x, to.y - from.y];
  return { length: Math.hypot(x, y), angle: (Math.atan2(y, x) * 180) / Math.PI };
}

/** The point after a turn about the top left corner, in degrees clockwise. */
export function turned({ x, y }: Point, degrees: number): Point {
  const angle = (degrees * Math.PI) / 180;
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  return { x: x * cosine - y * sine, y: x * sine + y * cosine };
}

/** The middle of some points. */
export function middle(points: readonly Point[]): Point {
  const sum = points.reduce((all, { x, y }) => ({ x: all.x + x, y: all.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}

function extent(values: readonly number[]): [least: number, most: number] {
  return [Math.min(...values), Math.max(...values)];
}
