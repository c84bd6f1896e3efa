/** Resolves what a caller gives for an address against the page, or in Node.js against the working directory. */

import { GlimpseError } from "./errors.js";
import { host } from "./host.js";

/** An address in full; a relative one is relative to {@link baseUrl}. */
export function absolute(url: string | URL): string {
  try {
    return new URL(url, baseUrl()).href;
  } catch {
    throw new GlimpseError("network", `"${url}" is not an address that can be fetched`);
  }
}

/** What relative URLs are relative to. */
export function baseUrl(): string {
  return host.baseUrl();
}
