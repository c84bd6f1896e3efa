// Bytes: all wasm and JavaScript that a page asks for until it has scores, compressed as a careful host compresses them.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { firstAnswer, visit } from "../../browser/page.mjs";
import { labels } from "../site/inputs.js";
import { comparison, figure } from "../rows.mjs";
import { benchFolder } from "../world.mjs";

const compress = promisify(brotliCompress);
const ask = { picture: { seed: 1, side: 224 }, candidates: labels(0, 2) };

/** The size of a file's bytes by brotli 11; kept by their hash, since a large wasm takes a minute. */
async function brotliSize(bytes) {
  const folder = path.join(benchFolder, "brotli");
  const known = path.join(folder, createHash("sha256").update(bytes).digest("hex"));
  if (existsSync(known)) return Number(readFileSync(known, "utf8"));
  const { BROTLI_PARAM_SIZE_HINT, BROTLI_PARAM_QUALITY } = constants;
  const params = { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const { length } = await compress(bytes, { params });
  mkdirSync(folder, { recursive: true });
  writeFileSync(known, String(length));
  return length;
}

/** The megabytes of the scripts and wasm among the paths that a server was asked for. */
async function megabytesOf(server, asked) {
  const code = [...new Set(asked)].filter((name) => /\.(wasm|m?js)$/.test(name));
  const sizes = code
    .filter((name) => !name.startsWith("/bench/"))
    .map(async (name) => {
      const response = await fetch(server.origin + name);
      return brotliSize(Buffer.from(await response.arrayBuffer()));
    });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 1e6;
}

/** What a server is asked for while `use` runs. */
async function askedDuring(server, use) {
  const before = server.asked.length;
  await use();
  return server.asked.slice(before);
}

export const size = {
  id: "size",
  about: "wasm and JavaScript that a page needs to classify, brotli 11",
  limit: 600,
  quick: false,
  async run(world) {
    const { ours, theirs, page } = world.servers;
    await world.leave();
    const askedOfOurs = await askedDuring(ours, async () => {
      await world.ours(await world.classifier({ model: "mini", device: "auto" }), "classify", ask);
    });
    const askedOfTheirs = await askedDuring(theirs, async () => {
      const worker = await world.pipeline({ dtype: "q8", threads: 1 });
      await world.theirs(worker, "classify", ask);
    });
    const askedOfPage = await askedDuring(page, async () =>
      visit(await world.browser(), `${page.origin}/`, firstAnswer),
    );
    const measured = {
      ours: [await megabytesOf(ours, askedOfOurs)],
      "transformers.js": [await megabytesOf(theirs, askedOfTheirs)],
    };
    const whole = await megabytesOf(page, askedOfPage);
    return [
      comparison({
        what: "wasm and JavaScript needed to classify, package, brotli 11",
        unit: "MB",
        measured,
        note: "theirs in its default build, which has WebGPU as ours has",
      }),
      figure({
        what: "wasm and JavaScript of the page until first scores, brotli 11",
        most: 2.5,
        unit: "MB",
        samples: [whole],
      }),
    ];
  },
};
