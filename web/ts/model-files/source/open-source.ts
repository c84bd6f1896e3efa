/** Opens a model's files, in the worker, wherever the client said that they are. */

import { BlobSource } from "./blob-source.js";
import { openFolder } from "./folder-source.js";
import { openHub } from "../hub/hub-source.js";
import type { ModelSource, Opening } from "./model-source.js";
import type { ModelMessage } from "../../shared/protocol.js";
import type { FileStore } from "../store/file-store.js";
import { fileStore } from "../store/open-store.js";
import { UrlSource } from "./url-source.js";

/** Opens what the client described. What is asked for ahead is asked for before this returns. */
export async function openSource(message: ModelMessage, opening: Opening): Promise<ModelSource> {
  switch (message.kind) {
    case "urls":
      return new UrlSource(message.name, message.urls, opening.report);
    case "files":
      return new BlobSource(message.name, message.files);
    case "folder":
      return openFolder(message, await storeFor(opening), opening);
    case "hub":
      return openHub(message, await storeFor(opening), opening);
  }
}

async function storeFor({ cache }: Opening): Promise<FileStore | null> {
  return cache ? fileStore() : null;
}
