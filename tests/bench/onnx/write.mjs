// Writes a checkpoint of Hugging Face's layout as the folder that transformers.js loads, in f32 and in 8 bits.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import path from "node:path";
import { OPSET, logitsPerImage, textTower, visionTower } from "./clip.mjs";
import { Graph } from "./graph.mjs";
import { Layers, LayersInEight } from "./layers.mjs";
import { dataType, model } from "./protobuf.mjs";
import { Checkpoint, DataFile } from "./safetensors.mjs";

/** What transformers.js calls the two kinds of numbers, and the files it expects of each. */
const kinds = [
  { suffix: "", Kind: Layers },
  { suffix: "_quantized", Kind: LayersInEight },
];

/**
 * Writes `folder`, unless it holds the same already: the whole model as `onnx/model.onnx` and, for the towers alone,
 * `onnx/vision_model.onnx` and `onnx/text_model.onnx`, and the same in 8 bits. All share the data files of their kind, of
 * which the first has the vision tower and the second the text tower.
 */
export function writeOnnx(checkpointFolder, folder) {
  const weights = path.join(checkpointFolder, "model.safetensors");
  const stamp = stampOf(weights);
  const stampFile = path.join(folder, "written-from.txt");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;

  mkdirSync(path.join(folder, "onnx"), { recursive: true });
  const config = JSON.parse(readFileSync(path.join(checkpointFolder, "config.json"), "utf8"));
  writeSmallFiles(checkpointFolder, folder, config);
  const checkpoint = new Checkpoint(weights);
  for (const kind of kinds) writeKind(checkpoint, config, path.join(folder, "onnx"), kind);
  checkpoint.close();
  writeFileSync(stampFile, stamp);
}

/** Changes with the checkpoint and with the programs in this folder. */
function stampOf(weights) {
  const { size, mtimeMs } = statSync(weights);
  const hash = createHash("sha256").update(`${size} ${mtimeMs}`);
  for (const name of readdirSync(import.meta.dirname).sort())
    hash.update(readFileSync(path.join(import.meta.dirname, name)));
  return hash.digest("hex");
}

function writeSmallFiles(from, to, config) {
  for (const name of ["preprocessor_config.json", "tokenizer.json"])
    copyFileSync(path.join(from, name), path.join(to, name));
  const write = (name, value) => writeFileSync(path.join(to, name), JSON.stringify(value));
  write("config.json", { ...config, "transformers.js_config": { use_external_data_format: 2 } });
  // As OpenAI's repositories have it.
  const end = "<|endoftext|>";
  write("tokenizer_config.json", {
    tokenizer_class: "CLIPTokenizer",
    model_max_length: config.text_config.max_position_embeddings,
    bos_token: "<|startoftext|>",
    eos_token: end,
    pad_token: end,
    unk_token: end,
  });
}

function writeKind(checkpoint, config, folder, { suffix, Kind }) {
  const { vision_config: vision, text_config: text, projection_dim: size } = config;
  const places = new Map();
  const data = ["", "_1"].map((part) => {
    const name = `model${suffix}.onnx_data${part}`;
    return new DataFile(path.join(folder, name), name);
  });
  const layersOf = (graph, part) => new Kind(graph, { checkpoint, places, file: data[part] });
  const pixels = (graph) =>
    graph.input("pixel_values", dataType.float, ["batch", 3, vision.image_size, vision.image_size]);
  const ids = (graph, name = "input_ids") =>
    graph.input(name, dataType.int64, ["texts", "sequence"]);
  const save = (name, graph) =>
    writeFileSync(path.join(folder, `${name}${suffix}.onnx`), model(graph, OPSET));

  const seeing = new Graph("vision");
  const image = visionTower(layersOf(seeing, 0), vision, pixels(seeing));
  seeing.output(image, "image_embeds", dataType.float, ["batch", size]);
  save("vision_model", seeing);

  const reading = new Graph("text");
  const texts = textTower(layersOf(reading, 1), text, ids(reading), null);
  reading.output(texts, "text_embeds", dataType.float, ["texts", size]);
  save("text_model", reading);

  const both = new Graph("clip");
  const [inputIds, pixelValues] = [ids(both), pixels(both)];
  const attentionMask = ids(both, "attention_mask");
  const imageEmbeds = visionTower(layersOf(both, 0), vision, pixelValues);
  const layers = layersOf(both, 1);
  const textEmbeds = textTower(layers, text, inputIds, attentionMask);
  const logits = logitsPerImage(layers, imageEmbeds, textEmbeds);
  both.output(logits, "logits_per_image", dataType.float, ["batch", "texts"]);
  both.output(textEmbeds, "text_embeds", dataType.float, ["texts", size]);
  both.output(imageEmbeds, "image_embeds", dataType.float, ["batch", size]);
  save("model", both);

  for (const file of data) file.close();
}
