// Measures what a page holds: the heap of its scripts, and the resident memory of the processes that draw and compute for it.
import { readFileSync } from "node:fs";

/** `{ heap, resident }` in bytes, after the garbage is collected. `resident` is that of all renderers, workers included. */
export async function memoryOf(browser, page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  await session.detach();
  const all = await browser.newBrowserCDPSession();
  const { processInfo } = await all.send("SystemInfo.getProcessInfo");
  await all.detach();
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  return {
    heap: metrics.find(({ name }) => name === "JSHeapUsedSize").value,
    resident: renderers.reduce((sum, { id }) => sum + residentBytes(id), 0),
  };
}

/** The kernel counts in kB, in a line `VmRSS:  123456 kB`; a process that has just ended holds nothing. */
function residentBytes(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
