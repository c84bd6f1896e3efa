/** The service worker: keeps the page's own files, so that it opens and classifies without a network; models are the package's to keep. */

import { cleanupOutdatedCaches, precacheAndRoute, type PrecacheEntry } from "workbox-precaching";

declare const self: EventTarget & {
  /** Every file of the site and its hash; `precache.mjs` writes the list into this place once the site is built. */
  readonly __SITE_FILES: PrecacheEntry[];
  skipWaiting(): Promise<void>;
};

// The address carries labels and the model; the page is the same.
precacheAndRoute(self.__SITE_FILES, { ignoreURLParametersMatching: [/./] });
cleanupOutdatedCaches();

// A newer version waits until a person wants it: two versions at once would not fit together.
self.addEventListener("message", (event) => {
  if ((event as MessageEvent).data === "take over") void self.skipWaiting();
});
