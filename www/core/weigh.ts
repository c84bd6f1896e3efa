/** What a download means on this very device, in words, before it starts. */

import { size } from "./amounts.js";

/** Larger files are not started without a word, in bytes. */
export const LARGE = 300e6;

/** While a model loads it needs about this many times its file, on the CPU; measured with 605 MB: 0.9 GB. */
const MEMORY_PER_BYTE = 1.5;

/** What the browser tells of the device; what it keeps to itself is left out. */
export interface Device {
  /** Gigabytes; browsers round it, and some stop at 8. */
  memory: number | undefined;
  /** Bytes that this site may still keep. */
  free: number | undefined;
}

/** Asks the browser. */
export async function thisDevice(): Promise<Device> {
  const { deviceMemory } = navigator as Navigator & { deviceMemory?: number };
  const estimate = await navigator.storage?.estimate?.().catch(() => undefined);
  const { quota, usage = 0 } = estimate ?? {};
  return { memory: deviceMemory, free: quota === undefined ? undefined : quota - usage };
}

/** What a download of `bytes` means here, a sentence each. */
export function meaning(bytes: number, { memory, free }: Device): string[] {
  const needed = bytes * MEMORY_PER_BYTE;
  const words = [
    `A download of ${size(bytes)}, once: it is kept on this device until you delete it.`,
    memoryWords(needed, memory),
  ];
  if (free !== undefined)
    words.push(
      free < bytes
        ? `Only ${size(free)} are free for this site, which is not enough to keep it.`
        : `${size(free)} are free for this site.`,
    );
  return words;
}

function memoryWords(needed: number, memory: number | undefined): string {
  const need = `In use it takes about ${size(needed)} of memory`;
  if (memory === undefined)
    return needed > 2e9
      ? `${need}: a computer with 8\u00a0GB manages when little else is open.`
      : `${need}.`;
  // A browser's tab gets no more than a share of what a computer has.
  if (needed > memory * 0.5e9)
    return `${need}; your browser speaks of ${memory}\u00a0GB in all, so it may well not fit.`;
  if (needed > memory * 0.25e9)
    return `${need}. With ${memory}\u00a0GB in all, close other programs and tabs first.`;
  return `${need}, which this device has.`;
}
