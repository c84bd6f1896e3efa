/** Where the caller has the fonts. */

import { absolute } from "../../shared/urls.js";

/** A folder's address in full, with a slash at its end; `null` where the package's own is meant. */
export function folderUrl(url: string | URL | undefined): string | null {
  return url === undefined ? null : absolute(url).replace(/\/?$/, "/");
}
