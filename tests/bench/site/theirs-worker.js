// A worker that runs the peers as their documentation says: ONNX Runtime Web alone for a tower, transformers.js for the whole task.
import { labels, pixelValues, square, template } from "./inputs.js";

const modules = "/node_modules";

/** The memories that the peers allocate, whichever build they load; the largest is what their wasm holds. */
const memories = [];
WebAssembly.Memory = class extends WebAssembly.Memory {
  constructor(...descriptor) {
    super(...descriptor);
    memories.push(this);
  }
};

let ort;
let session;
let classifier;
let tokenizer;

const calls = {
  /**
   * Opens one tower, "vision" or "text", of the f32 model in the folder `models` or of the one in 8 bits; `device` is "wasm" or
   * "webgpu".
   */
  async openTower({ tower, device, threads, eightBits, models = "/models/b32/onnx" }) {
    // On the CPU the build without WebGPU, which is the smaller and faster one.
    const build = device === "webgpu" ? "webgpu" : "wasm";
    ort = await import(`${modules}/onnxruntime-web/dist/ort.${build}.bundle.min.mjs`);
    ort.env.wasm.numThreads = threads;
    const suffix = eightBits ? "_quantized" : "";
    const data = `model${suffix}.onnx_data${tower === "text" ? "_1" : ""}`;
    session = await ort.InferenceSession.create(`${models}/${tower}_model${suffix}.onnx`, {
      executionProviders: [device],
      graphOptimizationLevel: "all",
      externalData: [{ path: data, data: `${models}/${data}` }],
    });
  },

  /** The image tower's answer to as many squares as `seeds` has. */
  async image({ seeds, side, values: normal }) {
    const squares = seeds.map((seed) => pixelValues(square(seed, side), normal));
    const values = new Float32Array(squares.length * squares[0].length);
    for (const [at, one] of squares.entries()) values.set(one, at * one.length);
    const shape = [seeds.length, 3, side, side];
    return run({ pixel_values: new ort.Tensor("float32", values, shape) }, "image_embeds");
  },

  /** The text tower's answer to labels in the template; they are made tokens before the time is taken. */
  async texts({ candidates }) {
    tokenizer ??= await transformersHere().then(({ AutoTokenizer }) =>
      AutoTokenizer.from_pretrained("b32"),
    );
    const texts = candidates.map((label) => template.replace("{}", label));
    const { input_ids: ids } = tokenizer(texts, { padding: true, truncation: true });
    return run({ input_ids: new ort.Tensor("int64", ids.data, ids.dims) }, "text_embeds");
  },

  /** Opens the whole model as `pipeline()` does, with nothing kept in the browser's caches; its bytes come from the server. */
  async openPipeline({ dtype, threads, device = "wasm" }) {
    const began = performance.now();
    const { env, pipeline } = await transformersHere();
    const build = `${modules}/@huggingface/transformers/node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.asyncify`;
    env.backends.onnx.wasm.wasmPaths = { mjs: `${build}.mjs`, wasm: `${build}.wasm` };
    env.backends.onnx.wasm.numThreads = threads;
    const session_options = { graphOptimizationLevel: "all" };
    classifier = await pipeline("zero-shot-image-classification", "b32", {
      dtype,
      device,
      session_options,
    });
    return { ms: performance.now() - began };
  },

  /**
   * The whole task. The picture is a file's bytes that are decoded anew, or, with `decoded`, one that was decoded before the
   * time is taken.
   */
  async classify({ picture, decoded, candidates }) {
    const { RawImage } = await transformersHere();
    const before = decoded && (await RawImage.fromBlob(picture));
    const began = performance.now();
    const image = before || (await RawImage.fromBlob(picture));
    const scores = await classifier(image, candidates, { hypothesis_template: template });
    return { ms: performance.now() - began, scores };
  },

  /** The largest of the peers' wasm memories, in bytes. */
  memory: () => Math.max(...memories.map(({ buffer }) => buffer.byteLength)),
};

/** transformers.js, told to take models from this server and to keep nothing. */
async function transformersHere() {
  const module = await import(`${modules}/@huggingface/transformers/dist/transformers.min.js`);
  Object.assign(module.env, {
    allowRemoteModels: false,
    allowLocalModels: true,
    localModelPath: "/models/",
    useBrowserCache: false,
    useWasmCache: false,
  });
  return module;
}

async function run(feeds, output) {
  const began = performance.now();
  const answer = await session.run(feeds);
  const tensor = answer[output];
  const data = await tensor.getData();
  const ms = performance.now() - began;
  const width = tensor.dims.at(-1);
  const rows = Array.from({ length: tensor.dims[0] }, (_, row) =>
    Array.from(data.subarray(row * width, (row + 1) * width)),
  );
  return { ms, rows };
}

onmessage = async ({ data: { id, call, ask } }) => {
  try {
    postMessage({ id, value: await calls[call](ask) });
  } catch (error) {
    postMessage({ id, error: String(error?.stack ?? error) });
  }
};
