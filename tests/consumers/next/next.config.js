/** A static site under a path of its own. */
export default {
  output: "export",
  basePath: "/some/where",
  // The server runs the package as it is installed: its thread and its files lie beside it. The browser's side needs no word here.
  serverExternalPackages: ["glimpse-clip"],
};
