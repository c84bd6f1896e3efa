// Writes the list of the site's files into its service worker.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const site = process.env.TRUNK_STAGING_DIR;
if (!site) throw new Error("trunk names the folder it builds into in TRUNK_STAGING_DIR");
const worker = path.join(site, "sw.js");

/** Files that no browser requests: types, notes on types, what a model's card is made of. */
const unasked =
  /\.(d\.ts|tsbuildinfo|map|md)$|(^|\/)(sw\.js|training\.json|exam\.json|package\.json)$|\.tgz$|^glimpse-clip\/dist\/(node\/|glimpse\.js$)/;
/** Fonts of the lab that few need, 2.4 MB: they are fetched when a word wants them, and then need a network. */
const seldom = /(^|\/)fonts\/(licences\/|NotoSans[^/]*$)/;

/** Keeps nothing while trunk serves the page to its developers: they must see the files as they are now. */
const forDevelopment = `self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", async () => {
  for (const name of await caches.keys()) await caches.delete(name);
  await self.registration.unregister();
});
`;

if (process.env.GLIMPSE_SERVE) {
  writeFileSync(worker, forDevelopment);
} else {
  const files = readdirSync(site, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(site, path.join(entry.parentPath, entry.name)))
    .map((file) => file.split(path.sep).join("/"))
    .filter((file) => !unasked.test(file) && !seldom.test(file))
    .sort()
    .map((url) => {
      const revision = createHash("sha256").update(readFileSync(path.join(site, url)));
      return { url, revision: revision.digest("hex").slice(0, 16) };
    });
  const script = readFileSync(worker, "utf8");
  if (!script.includes("self.__SITE_FILES")) throw new Error("sw.js has no place for the files");
  writeFileSync(
    worker,
    script.replace("self.__SITE_FILES", () => JSON.stringify(files)),
  );
}
