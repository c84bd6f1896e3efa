// Asks axe what keeps people from using a page, in the colours it has or in both.
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";

/** Asserts that axe finds nothing to complain of, in shadow roots too; `rules` leaves all others out. */
export async function assertClean(page, state, rules) {
  // What is still on its way to its colour has none that can be judged.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null))),
  );
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  const told = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes.map(({ target, any }) => `${target.join(" ")} ${any[0]?.message ?? ""}`).join("; ")}`,
  );
  assert.deepEqual(told, [], state);
}

/**
 * The same in light and in dark; nothing moves from then on. In dark only what colours decide is asked again: names, roles and
 * order are those that were found clean in light.
 */
export async function assertCleanInBoth(page, state) {
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await assertClean(page, `${state}, light`);
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await assertClean(page, `${state}, dark`, ["color-contrast", "link-in-text-block"]);
}
