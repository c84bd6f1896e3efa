// Where the lab's two handles stand: clear of the paper's middle and of each other, and on the stage, wherever the paper is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { moduleOfPage } from "./page-module.mjs";

const { handlesOf } = await moduleOfPage("lab/handles.ts");

const apart = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);

test("for papers of every size, place and turn, the middle is free and both handles can be had", () => {
  const sizes = [
    [2, 1],
    [20, 10],
    [60, 30],
    [90, 300],
    [200, 60],
    [700, 200],
  ];
  // A phone's stage with handles for fingers, and a laptop's with handles for a mouse.
  for (const [side, size, fromMiddle, between] of [
    [300, 44, 50, 60],
    [328, 44, 50, 60],
    [448, 24, 30, 36],
  ])
    for (const [width, height] of sizes)
      for (let angle = -180; angle <= 180; angle += 15)
        for (let x = 0; x <= side; x += side / 10)
          for (let y = 0; y <= side; y += side / 10) {
            const { scale, rotate } = handlesOf({ x, y, width, height, angle }, side, size);
            const where = `${width} x ${height} at ${x}, ${y} of ${side}, turned ${angle}`;
            for (const handle of [scale, rotate]) {
              assert.ok(apart(handle, { x, y }) >= fromMiddle - 1e-6, where);
              for (const place of [handle.x, handle.y])
                assert.ok(place >= size / 2 && place <= side - size / 2, where);
            }
            assert.ok(apart(scale, rotate) >= between - 1e-6, where);
          }
});

test("a paper with room around it has them at its right corners", () => {
  const box = { x: 220, y: 220, width: 160, height: 80, angle: 0 };
  const { scale, rotate } = handlesOf(box, 448, 24);
  assert.deepEqual(
    [scale, rotate].map(({ x, y }) => [x > 300, y > 220]),
    [
      [true, true],
      [true, false],
    ],
  );
});
