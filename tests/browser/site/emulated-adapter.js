// Makes WebGPU in a worker look and behave like an adapter that this machine lacks, as its own URL's query asks.
//
// subgroup=N      the adapter reports subgroups of N invocations
// limits=default  the adapter offers WebGPU's default limits and no optional feature, and refuses devices that ask for more
// vendor=NAME     the adapter says it is NAME's hardware, not a software one
// missing=gpu     there is no navigator.gpu; missing=adapter: requestAdapter answers null; missing=device: requestDevice fails
// broken=dispatch the device silently drops every seventh dispatch, so that what it computes is wrong
//
// What was asked of the adapter is told on the BroadcastChannel "emulated-adapter"; the message "lose" there ends the device.

/** The default limits of the WebGPU specification, https://www.w3.org/TR/webgpu/#limits, for what compute can meet. */
const defaultLimits = {
  maxBindGroups: 4,
  maxBindingsPerBindGroup: 1000,
  maxDynamicUniformBuffersPerPipelineLayout: 8,
  maxDynamicStorageBuffersPerPipelineLayout: 4,
  maxStorageBuffersPerShaderStage: 8,
  maxUniformBuffersPerShaderStage: 12,
  maxUniformBufferBindingSize: 65536,
  maxStorageBufferBindingSize: 134217728,
  minUniformBufferOffsetAlignment: 256,
  minStorageBufferOffsetAlignment: 256,
  maxBufferSize: 268435456,
  maxInterStageShaderVariables: 16,
  maxColorAttachmentBytesPerSample: 32,
  maxComputeWorkgroupStorageSize: 16384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupSizeY: 256,
  maxComputeWorkgroupSizeZ: 64,
  maxComputeWorkgroupsPerDimension: 65535,
};

const wanted = new URL(import.meta.url).searchParams;
const channel = new BroadcastChannel("emulated-adapter");
const tell = (event) => channel.postMessage(event);

/** Replaces a getter of a prototype; the new one is given the old one's answer. */
function override(prototype, name, answer) {
  const { get } = Object.getOwnPropertyDescriptor(prototype, name);
  Object.defineProperty(prototype, name, {
    configurable: true,
    enumerable: true,
    get() {
      return answer(get.call(this));
    },
  });
}

if (wanted.has("subgroup")) {
  const size = Number(wanted.get("subgroup"));
  override(GPUAdapterInfo.prototype, "subgroupMinSize", () => size);
  override(GPUAdapterInfo.prototype, "subgroupMaxSize", () => size);
}

if (wanted.has("vendor")) {
  override(GPUAdapterInfo.prototype, "vendor", () => wanted.get("vendor"));
  override(GPUAdapterInfo.prototype, "architecture", () => "emulated");
  override(GPUAdapterInfo.prototype, "isFallbackAdapter", () => false);
}

if (wanted.get("limits") === "default") {
  for (const [name, value] of Object.entries(defaultLimits))
    override(GPUSupportedLimits.prototype, name, (real) =>
      name.startsWith("min") ? Math.max(real, value) : Math.min(real, value),
    );
  // Every adapter of WebGPU's core level has this one; it is not optional.
  override(GPUAdapter.prototype, "features", () => new Set(["core-features-and-limits"]));
}

const requestAdapter = GPU.prototype.requestAdapter;
GPU.prototype.requestAdapter = async function (options) {
  const adapter =
    wanted.get("missing") === "adapter" ? null : await requestAdapter.call(this, options);
  tell({ event: "requestAdapter", found: adapter !== null });
  return adapter;
};

// The specification's checks, made against the emulated features and limits; the real adapter would let more pass.
// They are read here, before the package can wrap the same getters.
const featuresOf = Object.getOwnPropertyDescriptor(GPUAdapter.prototype, "features").get;
const limitsOf = Object.getOwnPropertyDescriptor(GPUAdapter.prototype, "limits").get;
const requestDevice = GPUAdapter.prototype.requestDevice;
GPUAdapter.prototype.requestDevice = async function (descriptor = {}) {
  const features = [...(descriptor.requiredFeatures ?? [])];
  const limits = Object.entries(descriptor.requiredLimits ?? {}).filter(
    ([, value]) => value !== undefined,
  );
  const told = { event: "requestDevice", features, limits: Object.fromEntries(limits) };
  const refuse = (error) => {
    tell({ ...told, granted: false, message: error.message });
    throw error;
  };
  if (wanted.get("missing") === "device")
    refuse(new DOMException("the emulated adapter gives no device", "OperationError"));
  const offered = featuresOf.call(this);
  for (const feature of features)
    if (!offered.has(feature)) refuse(new TypeError(`the emulated adapter has no ${feature}`));
  const most = limitsOf.call(this);
  for (const [name, value] of limits) {
    const fits = name.startsWith("min") ? value >= most[name] : value <= most[name];
    if (!fits)
      refuse(new DOMException(`${name}: ${value} is beyond ${most[name]}`, "OperationError"));
  }
  const device = await requestDevice.call(this, descriptor);
  channel.addEventListener("message", ({ data }) => {
    if (data === "lose") device.destroy();
  });
  const createShaderModule = device.createShaderModule;
  device.createShaderModule = (module) => {
    tell({ event: "shader", sharesVectors: /var<workgroup>[^;]*vec4/.test(module.code) });
    return createShaderModule.call(device, module);
  };
  device.lost.then(({ reason }) => tell({ event: "lost", reason }));
  tell({ ...told, granted: true });
  return device;
};

if (wanted.get("broken") === "dispatch") {
  let dispatches = 0;
  for (const name of ["dispatchWorkgroups", "dispatchWorkgroupsIndirect"]) {
    const dispatch = GPUComputePassEncoder.prototype[name];
    GPUComputePassEncoder.prototype[name] = function (...counts) {
      dispatches += 1;
      if (dispatches % 7 !== 0) dispatch.apply(this, counts);
    };
  }
}

if (wanted.get("missing") === "gpu") delete WorkerNavigator.prototype.gpu;
