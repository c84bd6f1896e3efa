/** The typographic lab's entry: a script of its own, which the page fetches when the lab is opened for the first time. */

export { LabSection } from "./lab/section.js";
