/** Finds out, before any weight is loaded, whether WebGPU really gives a device here, and on what kind of adapter. */

import { messageOf } from "../shared/errors.js";
import type { DevicePreference } from "../shared/types.js";

/** The probe's verdict. */
export interface GpuProbe {
  /** Whether to try the GPU. */
  readonly use: boolean;
  /** Why, in words for people. */
  readonly reason: string;
  /** The adapter's name as far as the browser tells it; null where there is none. */
  readonly adapter: string | null;
}

/** Words by which adapters that compute on the CPU name themselves. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software|\bwarp\b/i;

/**
 * Asks for an adapter and a device, since `navigator.gpu` alone promises neither, and gives the device back.
 * `"cpu"` asks for nothing; `"auto"` refuses software adapters; `"gpu"` takes what there is.
 */
export async function probeGpu(
  preference: DevicePreference,
  gpu: GPU | undefined = navigator.gpu,
): Promise<GpuProbe> {
  const no = (reason: string, adapter: string | null = null) => ({ use: false, reason, adapter });
  if (preference === "cpu") return no("the CPU was asked for");
  if (!gpu) {
    // Node.js does not know the word; in browsers it is true or false.
    const secure = globalThis.isSecureContext as boolean | undefined;
    if (secure === undefined) return no("Node.js has no WebGPU");
    return no(
      secure ? "this browser has no WebGPU" : "WebGPU needs a secure page (https or localhost)",
    );
  }
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    if (!adapter) return no("WebGPU found no graphics adapter");
    const name = adapterName(adapter.info);
    if (preference === "auto" && isSoftware(adapter.info)) {
      return no(`the only WebGPU adapter is software (${name}), slower than the CPU path`, name);
    }
    const device = await adapter.requestDevice();
    device.destroy();
    return { use: true, reason: `WebGPU on ${name}`, adapter: name };
  } catch (error) {
    return no(`WebGPU gave no device: ${messageOf(error)}`);
  }
}

/** True for adapters that compute on the CPU. */
function isSoftware(info: GPUAdapterInfo): boolean {
  const { vendor, architecture, device, description } = info;
  return (
    info.isFallbackAdapter || SOFTWARE.test([vendor, architecture, device, description].join(" "))
  );
}

/** What the browser tells of the adapter, without repetition. */
function adapterName(info: GPUAdapterInfo): string {
  if (info.description) return info.description;
  const parts = [info.vendor, info.architecture, info.device].filter(Boolean);
  return [...new Set(parts)].join(" ") || "an unnamed adapter";
}
