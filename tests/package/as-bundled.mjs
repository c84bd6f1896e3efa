// Modules name the package's files as seen from dist/, where all of them are bundled; in build/ they lie a folder deeper.

/** The address of a file of the package's models folder, as the bundled module would have it. */
export const asBundled = (url) => url.replace("/web/build/models/", "/web/models/");
