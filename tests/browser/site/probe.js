// A worker that tries the emulated adapter's limits for themselves, so that the emulation is known to bite.
// An adapter gives one device and is then used up, so every attempt asks for a new one.
const attempt = async (descriptor) =>
  (await navigator.gpu.requestAdapter()).requestDevice(descriptor).then(
    () => "granted",
    (error) => error.name,
  );

async function pipelineError(device, bytes) {
  device.pushErrorScope("validation");
  const code = `var<workgroup> shared_values: array<f32, ${bytes / 4}>;
    @group(0) @binding(0) var<storage, read_write> out: array<f32>;
    @compute @workgroup_size(64) fn main(@builtin(local_invocation_index) i: u32) {
      shared_values[i] = f32(i); workgroupBarrier(); out[i] = shared_values[63u - i];
    }`;
  device.createComputePipeline({
    layout: "auto",
    compute: { module: device.createShaderModule({ code }), entryPoint: "main" },
  });
  return (await device.popErrorScope()) ? "refused" : "accepted";
}

const adapter = await navigator.gpu?.requestAdapter();
const tried = async () => {
  const device = await adapter.requestDevice();
  return {
    subgroup: [adapter.info.subgroupMinSize, adapter.info.subgroupMaxSize],
    features: [...adapter.features],
    workgroupMemory: adapter.limits.maxComputeWorkgroupStorageSize,
    timestampQuery: await attempt({ requiredFeatures: ["timestamp-query"] }),
    moreMemory: await attempt({ requiredLimits: { maxComputeWorkgroupStorageSize: 32768 } }),
    sixteenKiB: await pipelineError(device, 16384),
    seventeenKiB: await pipelineError(device, 17408),
  };
};
postMessage(adapter ? await tried() : { gpu: typeof navigator.gpu, adapter });
