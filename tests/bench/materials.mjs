// Makes what the cases need and what is not in the repository: the checkpoint, its copies, pictures. What is there stays.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { program, writeFullSize } from "../browser/native.mjs";
import { writeEfficientNet } from "./onnx/efficientnet.mjs";
import { writeOnnx } from "./onnx/write.mjs";
import { folderOf, sides, writeSide } from "./sides.mjs";
import {
  benchFolder,
  checkpoint,
  checkpointInEight,
  miniPhotoFolder,
  onnxFolder,
  onnxPhotoFolder,
  picturesFolder,
} from "./world.mjs";

/** The sizes of the JPEG files that are drawn, in megapixels. */
export const megapixels = [1, 3, 12, 24, 50];

/** The checkpoint in Glimpse's forms and in the peers'. */
export function makeModels() {
  mkdirSync(benchFolder, { recursive: true });
  writeFullSize(checkpoint);
  writeOnnx(checkpoint, onnxFolder);
  // Anew each time: it takes a second, and the built-in model may be another one by now.
  writeEfficientNet(miniPhotoFolder, onnxPhotoFolder);
  makeWhole(checkpointInEight, (folder) => {
    const call = ["convert", "--model", checkpoint, "--to", "q8", "--out", folder];
    execFileSync(program("glimpse"), [...call, "--device", "cpu", "--json"], { stdio: "pipe" });
  });
  for (const side of sides)
    makeWhole(path.join(benchFolder, folderOf(side)), (folder) => writeSide(side, folder));
}

/** Has `write` make a folder that is not there. */
function makeWhole(folder, write) {
  if (existsSync(folder)) return;
  // Renamed when it is whole, so that a run that was stopped leaves nothing that looks sound.
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  write(partial);
  renameSync(partial, folder);
}

/** The pictures; Chromium draws them. */
export async function makePictures(world) {
  mkdirSync(picturesFolder, { recursive: true });
  for (const size of megapixels) {
    const file = path.join(picturesFolder, `${size}mp.jpg`);
    if (!existsSync(file)) writeFileSync(file, await world.drawJpeg(size));
  }
  await world.leave();
}
