/** Remembers, for as long as the tab lives, that a person does not want the photo model offered. */

const KEY = "glimpse-no-photo-offer";

/** Whether the photo model may be offered. */
export function offerIsWelcome(): boolean {
  try {
    return sessionStorage.getItem(KEY) === null;
  } catch {
    return true; // storage is switched off: the choice lasts as long as the page
  }
}

/** Offers it no more in this tab. */
export function dismissOffer(): void {
  try {
    sessionStorage.setItem(KEY, "yes");
  } catch {
    return; // as above
  }
}
