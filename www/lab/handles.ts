/** Where the two handles stand: at the paper's corners, and where it is small or at the edge, as near as two fingers allow. */

import { turned, type Box, type Point } from "./geometry.js";

/** Where each handle's middle is; lengths are in pixels here. */
export interface Handles {
  scale: Point;
  rotate: Point;
}

/** How much farther than a handle's own reach it stays from the paper's middle, which is there to be dragged by. */
const MIDDLE = 6;
/** How far apart the two stay, in handles. */
const APART = 1.5;
/** How far beyond the paper's corners they stand, so that they hide no letter. */
const BEYOND = 6;
/** How much larger than it is the paper is taken to be, until there is room for both. */
const GROWTH = [1, 1.5, 2, 2.5];

type Corner = readonly [x: -1 | 1, y: -1 | 1];
/** Which corners they may have, the usual ones first. */
const CORNERS: readonly (readonly [scale: Corner, rotate: Corner])[] = [
  [
    [1, 1],
    [1, -1],
  ],
  [
    [-1, 1],
    [-1, -1],
  ],
  [
    [-1, -1],
    [1, -1],
  ],
  [
    [-1, 1],
    [1, 1],
  ],
  [
    [-1, 1],
    [1, -1],
  ],
  [
    [1, 1],
    [-1, -1],
  ],
];

/** For the paper's box on a stage of `side`, both in pixels; each handle takes hits over a square of `size`, all of it inside. */
export function handlesOf(box: Box, side: number, size: number): Handles {
  const [fromMiddle, apart] = [size + MIDDLE, APART * size];
  const height = Math.max(box.height / 2 + BEYOND, apart / 2);
  const width = Math.max(box.width / 2 + BEYOND, Math.sqrt(fromMiddle ** 2 - (apart / 2) ** 2));
  const inside = (place: number) => Math.min(side - size / 2, Math.max(size / 2, place));
  const cornerOf = ([x, y]: Corner, growth: number): Point => {
    const offset = turned({ x: x * growth * width, y: y * growth * height }, box.angle);
    return { x: inside(box.x + offset.x), y: inside(box.y + offset.y) };
  };
  const choices = GROWTH.flatMap((growth) =>
    CORNERS.map(([scale, rotate]) => ({
      scale: cornerOf(scale, growth),
      rotate: cornerOf(rotate, growth),
    })),
  );
  const isFree = ({ scale, rotate }: Handles) =>
    distance(scale, rotate) >= apart - 1e-6 &&
    [scale, rotate].every((handle) => distance(handle, box) >= fromMiddle - 1e-6);
  const found = choices.find(isFree) ?? choices[0];
  return found ?? { scale: box, rotate: box };
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
