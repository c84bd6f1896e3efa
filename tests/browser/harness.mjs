// One browser and one server a test file, and a page that has the package at hand.
import { after } from "node:test";
import { closePage, launchBrowser, openPage } from "./chromium.mjs";
import { startServer } from "./server.mjs";

/** Starts browser and server for the file's tests and ends them after; `serving` is what `startServer` takes. */
export async function withBrowser(serving) {
  const server = await startServer(serving);
  const browser = await launchBrowser();
  after(async () => {
    await browser.close();
    await server.close();
  });
  /**
   * Opens the harness page, in a profile of its own unless one is given by its `context`, lets `use(page)` work, and asserts
   * that the page had no other problem than `expected`.
   */
  async function onPage(use, { expected = [], context } = {}) {
    const page = await openPage(browser, `${server.origin}/harness/index.html`, { context });
    try {
      await page.waitForFunction(() => document.documentElement.dataset.ready === "yes");
      await use(page);
    } catch (error) {
      if (page.problems.length > 0)
        error.message += `\nThe page said:\n${page.problems.join("\n")}`;
      await page.leave();
      throw error;
    }
    await closePage(page, expected);
  }
  return { server, browser, onPage };
}
