/** Keeps the page for times without a network, and offers a newer version of it; both wait until the first scores are there. */

import { byId } from "../core/elements.js";

/** A tab that is looked at again asks for a newer version at most this often, in milliseconds. */
const ASK_EVERY = 60 * 60 * 1000;

/** Registers the service worker. Without one (an old browser, a page without https) everything else works as ever. */
export async function workOffline(): Promise<void> {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!workers) return;
  try {
    const registration = await workers.register("sw.js", { updateViaCache: "none" });
    // On a first visit there is nothing older to be replaced.
    if (!workers.controller) return;
    offer(registration, workers);
    askAgain(registration);
  } catch (error) {
    console.warn("The page will not open without a network:", error);
  }
}

function offer(registration: ServiceWorkerRegistration, workers: ServiceWorkerContainer): void {
  let taken = false;
  const show = () => (byId("update").hidden = false);
  const follow = (worker: ServiceWorker | null) =>
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed") show();
    });
  if (registration.waiting) show();
  follow(registration.installing);
  registration.addEventListener("updatefound", () => follow(registration.installing));
  // Taken in another tab, it is here too: what this one has yet to fetch would not fit to what it has.
  workers.addEventListener("controllerchange", () => (taken ? location.reload() : show()));
  byId("update-later").addEventListener("click", () => (byId("update").hidden = true));
  byId("update-take").addEventListener("click", () => {
    const { waiting } = registration;
    if (!waiting) return location.reload();
    taken = true;
    waiting.postMessage("take over");
  });
}

/** Browsers ask when a page is opened; a tab that stays open for days would not hear of what came since. */
function askAgain(registration: ServiceWorkerRegistration): void {
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || Date.now() - asked < ASK_EVERY) return;
    asked = Date.now();
    // Without a network there is nothing newer to be had.
    registration.update().catch(() => undefined);
  });
}
