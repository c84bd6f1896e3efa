/**
 * Lets cubecl open every WebGPU device, by changing one thing that an adapter says about itself, and watches the device.
 *
 * Must be called in the worker before the device is opened. What `navigator.gpu.requestAdapter()` returns then claims the feature
 * `timestamp-query`, and `requestDevice` does not ask for it. Without the claim cubecl-wgpu panics at its first operation; with autotune off
 * it never makes a query, so the feature need not be there. (Nothing is said of subgroups any more: burn's matrix product, whose tiles
 * went by their size, is not used.)
 *
 * Properties are set on the objects, not on the prototypes, so that an adapter that is itself emulated (tests do that) is
 * corrected like any other.
 */

const CLAIMED_FEATURE = "timestamp-query";

/** What the shim needs of `navigator.gpu`; tests pass their own. */
export interface GpuLike {
  requestAdapter(options?: GPURequestAdapterOptions): Promise<GPUAdapter | null>;
}

/**
 * Installs the shim on `gpu`. `onFailure` is called once for each device that is lost or reports an uncaught error (a shader
 * that does not validate, memory that is not there): results of that device cannot be trusted afterwards.
 */
export function installGpuShim(gpu: GpuLike, onFailure: (failure: GpuFailure) => void): void {
  const requestAdapter = gpu.requestAdapter.bind(gpu);
  define(gpu, "requestAdapter", async (options?: GPURequestAdapterOptions) => {
    const adapter = await requestAdapter(options);
    if (adapter) shimAdapter(adapter, onFailure);
    return adapter;
  });
}

/** Why a GPU device cannot be used any longer. */
export interface GpuFailure {
  readonly code: "device-lost" | "out-of-memory";
  readonly message: string;
  /** Whether it was taken away (a driver that starts anew, a computer that slept), so that it may be opened again. */
  readonly lost: boolean;
}

function shimAdapter(adapter: GPUAdapter, onFailure: (failure: GpuFailure) => void): void {
  const requestDevice = adapter.requestDevice.bind(adapter);
  define(adapter, "features", withClaim(adapter.features));
  define(adapter, "requestDevice", async (descriptor: GPUDeviceDescriptor = {}) => {
    const requiredFeatures = [...(descriptor.requiredFeatures ?? [])].filter(
      (feature) => feature !== CLAIMED_FEATURE,
    );
    const device = await requestDevice({ ...descriptor, requiredFeatures });
    define(device, "features", withClaim(device.features));
    watch(device, onFailure);
    return device;
  });
}

function withClaim(features: Iterable<string>): Set<string> {
  return new Set([...features, CLAIMED_FEATURE]);
}

function watch(device: GPUDevice, onFailure: (failure: GpuFailure) => void): void {
  let failed = false;
  const fail = (failure: GpuFailure) => {
    if (!failed) onFailure(failure);
    failed = true;
  };
  void device.lost.then(({ message, reason }) => {
    const told = `the GPU device was lost: ${message || reason}`;
    fail({ code: "device-lost", message: told, lost: true });
  });
  device.addEventListener("uncapturederror", ({ error }) => {
    const outOfMemory = error instanceof GPUOutOfMemoryError;
    fail({
      code: outOfMemory ? "out-of-memory" : "device-lost",
      message: `the GPU reported an error: ${error.message}`,
      lost: false,
    });
  });
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, enumerable: true });
}
