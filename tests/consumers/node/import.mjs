// What a server does that renders a page: it imports, and nothing starts.
import * as glimpse from "glimpse-clip";
import * as elements from "glimpse-clip/elements";

const active = process.getActiveResourcesInfo().filter((resource) => resource === "MessagePort");
console.log(
  JSON.stringify({ names: Object.keys(glimpse), elements: Object.keys(elements), active }),
);
