/** Keeps the page for times without a network, and offers a newer version of it; both wait until the first scores are there. */

import { byId } from "./view.js";

/** Registers the service worker. Without one (an old browser, a page without https) everything else works as ever. */
export async function workOffline(): Promise<void> {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!workers) return;
  try {
    const registration = await workers.register("sw.js", { updateViaCache: "none" });
    // On a first visit there is nothing older to be replaced.
    if (!workers.controller) return;
    offer(registration, workers);
  } catch (error) {
    console.warn("The page will not open without a network:", error);
  }
}

function offer(registration: ServiceWorkerRegistration, workers: ServiceWorkerContainer): void {
  const show = () => (byId("update").hidden = false);
  if (registration.waiting) show();
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing?.addEventListener("statechange", () => {
      if (installing.state === "installed") show();
    });
  });
  byId("update-later").addEventListener("click", () => (byId("update").hidden = true));
  byId("update-take").addEventListener("click", () => {
    workers.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting?.postMessage("take over");
  });
}
