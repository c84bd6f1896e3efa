// The checkpoints whose every stage is known from PyTorch: the project's fixtures, and the shared ones where they are.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fixturesFolder, readJson, sharedFolder } from "./places.mjs";

function checkpointsIn(folder, prefix, picturesUrl) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(path.join(folder, name, "expected.json")))
    .map((name) => {
      const expected = readJson(folder, name, "expected.json");
      const url = `${prefix}${name}/`;
      return {
        name,
        folder: path.join(folder, name),
        url,
        expected,
        pictures: expected.images.map((picture) => `${picturesUrl ?? `${url}images/`}${picture}`),
      };
    });
}

/** The small checkpoint that tests of anything but its numbers use: Hugging Face's layout, QuickGELU, f32. */
export const plainCheckpoint = () => checkpoints().find(({ name }) => name === "hf-quickgelu-f32");

/**
 * All checkpoints, each `{ name, folder, url, pictures, expected }`: `url` and `pictures` as the test server has them,
 * `expected` with labels, input_ids, normalised image_embeds and text_embeds, logits_per_image and probabilities.
 */
export const checkpoints = () => [
  ...checkpointsIn(fixturesFolder, "/fixtures/", "/fixtures/pictures/"),
  ...(sharedFolder ? checkpointsIn(path.join(sharedFolder, "parity"), "/shared/parity/") : []),
];
