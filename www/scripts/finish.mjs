// Finishes the site that trunk has built, before it is put in place: what its head preloads, then the list of its files.
import "./preload.mjs";
import "./precache.mjs";
