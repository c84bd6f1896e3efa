// Asks axe what keeps people from using a page, in the colours it has or in both.
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";

/** Asserts that axe finds nothing to complain of, in shadow roots too. */
export async function assertClean(page, state) {
  // What is still on its way to its colour has none that can be judged.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null))),
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes.map(({ target, any }) => `${target.join(" ")} ${any[0]?.message ?? ""}`).join("; ")}`,
  );
  assert.deepEqual(told, [], state);
}

/** The same in light and in dark, for a state that is too dear to be reached twice; nothing moves from then on. */
export async function assertCleanInBoth(page, state) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await assertClean(page, `${state}, ${colorScheme}`);
  }
}
