// Who may import whom in the package and the page: the rules, as functions of every file's imports.
import { posix as path } from "node:path";

/**
 * The modules that a source names: in `import` and `export … from`, types alike, and in `import()`.
 */
export function importsIn(source) {
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const found = code.matchAll(
    /^\s*(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"']+)["']|^\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm,
  );
  return [...found].map(([, from, alone, late]) => from ?? alone ?? late);
}

/** A relative import as the file that it names, other modules as they are. */
const target = (file, name) =>
  name.startsWith(".") ? path.join(path.dirname(file), name).replace(/\.js$/, ".ts") : name;

/** `{ file: [imports] }` with every relative import in full. */
export const resolved = (files) =>
  Object.fromEntries(
    Object.entries(files).map(([file, names]) => [file, names.map((name) => target(file, name))]),
  );

/** What each of the package's folders may import beside itself; `#glimpse` is the wasm's JavaScript. */
const MAY_IMPORT = {
  shared: [],
  "built-in": ["shared"],
  "model-files": ["shared", "built-in", "#glimpse"],
  client: ["shared", "built-in", "model-files"],
  worker: ["shared", "built-in", "model-files", "#glimpse"],
  "lab/shared": ["shared"],
  "lab/client": ["shared", "client", "lab/shared"],
  "lab/worker": ["shared", "worker", "lab/shared", "#glimpse"],
  lab: ["lab/client", "lab/shared", "built-in"],
  elements: ["shared", "built-in", "client"],
  node: ["shared", "model-files", "lab", "index.ts", "worker.ts", "node:"],
  "index.ts": ["shared", "built-in", "model-files", "client"],
  "worker.ts": ["worker", "lab/worker"],
};

/** The folder of a file of the package: `lab` has folders of its own. */
function folderOf(file) {
  const [first, second, third] = file.split("/");
  return first === "lab" && third !== undefined ? `lab/${second}` : first;
}

/** A sentence for each import in the package that its folder may not make. */
export function forbiddenInPackage(files) {
  return arrows(resolved(files)).flatMap(([file, name]) => {
    const from = folderOf(file);
    const to = name.startsWith("node:") ? "node:" : folderOf(name);
    const allowed = MAY_IMPORT[from];
    if (!allowed) return [`${file}: there is no rule for ${from}; give it one in import-rules.mjs`];
    if (from === to || allowed.includes(to)) return [];
    const may = allowed.length > 0 ? `only ${[from, ...allowed].join(", ")}` : "nothing but itself";
    return [`${file} imports ${name}: ${from} may import ${may}`];
  });
}

/** What the page may import of the package. */
const ENTRIES = ["glimpse-clip", "glimpse-clip/elements", "glimpse-clip/lab"];

/** A sentence for each import of the page that goes into the package by another way than its entries. */
export function forbiddenInPage(files) {
  return arrows(resolved(files)).flatMap(([file, name]) => {
    const inside = name.startsWith("glimpse-clip")
      ? !ENTRIES.includes(name)
      : name.startsWith("../");
    return inside
      ? [`${file} imports ${name}: the page is a customer, and has ${ENTRIES.join(", ")}`]
      : [];
  });
}

/** A sentence for each circle of imports; types count. */
export function cycles(files) {
  const graph = resolved(files);
  const found = [];
  const done = new Set();
  const visit = (file, way) => {
    if (way.includes(file)) {
      found.push(`a circle: ${[...way.slice(way.indexOf(file)), file].join(" -> ")}`);
      return;
    }
    if (done.has(file)) return;
    for (const next of graph[file] ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of Object.keys(graph)) visit(file, []);
  return found;
}

const arrows = (files) =>
  Object.entries(files).flatMap(([file, names]) => names.map((name) => [file, name]));
