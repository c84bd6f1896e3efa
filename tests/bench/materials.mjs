// Makes what the cases need and what is not in the repository: the checkpoint, its copies, pictures. What is there stays.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { program, writeFullSize } from "../browser/native.mjs";
import { writeOnnx } from "./onnx/write.mjs";
import {
  benchFolder,
  checkpoint,
  checkpointInEight,
  onnxFolder,
  picturesFolder,
} from "./world.mjs";

/** The sizes of the JPEG files that are drawn, in megapixels. */
export const megapixels = [1, 3, 12, 24, 50];

/** The checkpoint in Glimpse's forms and in the peers'. */
export function makeModels() {
  mkdirSync(benchFolder, { recursive: true });
  writeFullSize(checkpoint);
  writeOnnx(checkpoint, onnxFolder);
  if (existsSync(checkpointInEight)) return;
  // Renamed when it is whole, so that a run that was stopped leaves nothing that looks sound.
  const partial = `${checkpointInEight}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const call = ["convert", "--model", checkpoint, "--to", "q8", "--out", partial];
  execFileSync(program("glimpse"), [...call, "--device", "cpu", "--json"], { stdio: "pipe" });
  renameSync(partial, checkpointInEight);
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
