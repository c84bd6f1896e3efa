// Has the page's head ask for the package's shared modules at once: their names carry a hash, so only the built site knows them.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const site = process.env.TRUNK_STAGING_DIR;
if (!site) throw new Error("trunk names the folder it builds into in TRUNK_STAGING_DIR");
const page = path.join(site, "index.html");
const html = readFileSync(page, "utf8");

const named = [...html.matchAll(/<link rel="?modulepreload"? href="?([^">\s]+\.js)"?/g)];
const wanted = new Set(named.map(([, file]) => file));
const known = wanted.size;
if (known === 0) throw new Error("index.html preloads no module");
// A set that grows while it is walked: what a module imports is walked as well.
for (const file of wanted)
  for (const [, from] of readFileSync(path.join(site, file), "utf8").matchAll(
    /(?:from|import)\s*"(\.{1,2}\/[^"]+\.js)"/g,
  ))
    wanted.add(path.posix.join(path.posix.dirname(file), from));

const links = [...wanted]
  .slice(known)
  .map((file) => `<link rel="modulepreload" href="${file}" />`)
  .join("");
writeFileSync(
  page,
  html.replace("</head>", () => `${links}</head>`),
);
