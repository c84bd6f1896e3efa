/** In the worker: opens a model's files, wherever the client said that they are. */

import type { ModelMessage } from "../../shared/protocol.js";
import { openHub } from "../hub/hub-source.js";
import type { FileStore } from "../store/file-store.js";
import { fileStore } from "../store/open-store.js";
import { BlobSource } from "./blob-source.js";
import { openFolder } from "./folder-source.js";
import type { ModelSource, OpenOptions } from "./model-source.js";
import { UrlSource } from "./url-source.js";

/** Opens what the client described. What is asked for ahead is asked for before this returns. */
export async function openSource(
  message: ModelMessage,
  options: OpenOptions,
): Promise<ModelSource> {
  switch (message.kind) {
    case "urls":
      return new UrlSource(message.name, message.urls, options.report);
    case "files":
      return new BlobSource(message.name, message.files);
    case "folder":
      return openFolder(message, await storeFor(options), options);
    case "hub":
      return openHub(message, await storeFor(options), options);
  }
}

async function storeFor({ cache }: OpenOptions): Promise<FileStore | null> {
  return cache ? fileStore() : null;
}
