/** The lab's tools and its tour: each is set up when it is opened for the first time. */

import { byId } from "../core/elements.js";
import type { Lab } from "./lab.js";
import { mount as defences } from "./tools/defences.js";
import { mount as pull } from "./tools/pull.js";
import { mount as sweep } from "./tools/sweep.js";
import { mount as tour } from "./tour.js";

type Mount = (place: HTMLElement, lab: Lab) => void;

const TOOLS: readonly [id: string, mount: Mount][] = [
  ["lab-pull", pull],
  ["lab-defences", defences],
  ["lab-sweep", sweep],
];

/** Sets up `#lab-tools`, `#lab-tour-open` and `#lab-tour`. */
export function tools(lab: Lab): void {
  for (const [id, mount] of TOOLS) {
    const tool = byId<HTMLDetailsElement>(id);
    tool.addEventListener("toggle", () => mount(tool.querySelector(".lab-tool") ?? tool, lab), {
      once: true,
    });
  }
  const button = byId("lab-tour-open");
  const place = byId("lab-tour");
  let mounted = false;
  button.addEventListener("click", () => {
    place.hidden = !place.hidden;
    button.setAttribute("aria-expanded", String(!place.hidden));
    button.textContent = place.hidden ? "Take the tour" : "Leave the tour";
    if (!mounted) tour(place, lab);
    mounted = true;
  });
}
