/** On the page's thread: resolves the caller's model reference to the URLs or Blobs that the worker loads. */

import { listUrl } from "../built-in/labels.js";
import { AUTO, type BuiltInName, isBuiltIn } from "../shared/built-ins.js";
import { GlimpseError } from "../shared/errors.js";
import type { BuiltInMessage, SourceMessage } from "../shared/protocol.js";
import type { ModelReference } from "../shared/types.js";
import { baseUrl } from "../shared/urls.js";
import { OFFERED } from "./offered.js";

/** The default host of models given by name or repository. */
export const DEFAULT_HUB = "https://huggingface.co";

/** The built-in models; literal URLs, so that bundlers carry the files along, and as seen from `dist/`, where all modules are bundled. */
const FILES: Readonly<Record<BuiltInName, Readonly<Record<string, URL>>>> = {
  mini: {
    "config.json": new URL("../models/mini/config.json", import.meta.url),
    "preprocessor_config.json": new URL("../models/mini/preprocessor_config.json", import.meta.url),
    "tokenizer.json": new URL("../models/mini/tokenizer.json", import.meta.url),
    "model.safetensors": new URL("../models/mini/model.safetensors", import.meta.url),
  },
  "mini-photo": {
    "open_clip_config.json": new URL("../models/mini-photo/open_clip_config.json", import.meta.url),
    "preprocessor_config.json": new URL(
      "../models/mini-photo/preprocessor_config.json",
      import.meta.url,
    ),
    "tokenizer.json": new URL("../models/mini-photo/tokenizer.json", import.meta.url),
    "open_clip_model.safetensors": new URL(
      "../models/mini-photo/open_clip_model.safetensors",
      import.meta.url,
    ),
  },
};

/**
 * `owner/name`, in which a - stands alone and between others, and behind an @ a branch, a tag, a reference such as `refs/pr/5`, or a commit:
 * as Rust's `parse_model_id` reads them; the names in `models.json` are tried with both.
 */
const REPOSITORY =
  /^(?!-|[^@]*(?:--|-\/|\/-|-(?:@|$)))(?<repository>\w[\w.-]{0,127}\/\w[\w.-]{0,127})(?:@(?<revision>[\w-][\w.-]{0,127}(?:\/[\w-][\w.-]{0,127})*))?$/;
const URL_LIKE = /^(?:[a-z][a-z\d+.-]*:|\/|\.\.?\/)/i;

/** Says where the files of `model` are. */
export function resolveModel(
  model: ModelReference,
  hub: string | URL = DEFAULT_HUB,
): SourceMessage {
  if (typeof model === "string") return resolveName(model, hub);
  if (model instanceof URL) return folder(model.href, model);
  if (typeof model !== "object" || model === null) {
    throw new TypeError(`model must be a name, an address or files, not ${String(model)}`);
  }
  if ("files" in model) return fromFiles(Object.entries(model.files));
  return fromFiles(Array.from(model, (file) => [file.name, file]));
}

function resolveName(name: string, hub: string | URL): SourceMessage {
  if (name === AUTO) {
    return { kind: "auto", models: { mini: builtIn("mini"), "mini-photo": builtIn("mini-photo") } };
  }
  if (isBuiltIn(name)) return builtIn(name);
  if (URL_LIKE.test(name)) return folder(name, parse(name));
  const offered = OFFERED.find((model) => model.name === name);
  const { repository, revision = "main" } =
    REPOSITORY.exec(offered?.repository ?? name)?.groups ?? {};
  if (!repository) {
    const names = [AUTO, ...OFFERED.map((model) => model.name)]
      .map((each) => `"${each}"`)
      .join(", ");
    throw new GlimpseError(
      "unsupported-model",
      `"${name}" is no model: give ${names}, a repository ("owner/name" or "owner/name@revision"), the URL of a folder (a ` +
        "relative one starts with ./ or /), or files",
    );
  }
  const host = parse(String(hub), "of a model hub").href.replace(/\/+$/, "");
  const otherwise = offered?.otherwise ?? null;
  return { kind: "hub", name, hub: host, repository, revision, otherwise };
}

function builtIn(name: BuiltInName): BuiltInMessage {
  const urls = Object.entries(FILES[name]).map(([file, url]) => [file, url.href]);
  return { kind: "urls", name, urls: Object.fromEntries(urls), taught: listUrl(name) };
}

function folder(name: string, url: URL): SourceMessage {
  if (/^(?:blob|data|javascript|about):$/.test(url.protocol)) {
    throw new GlimpseError("unsupported-model", `${url.href} is not the address of a folder`);
  }
  const base = new URL(url);
  base.pathname = withSlash(base.pathname);
  base.search = base.hash = "";
  return { kind: "folder", name, base: base.href };
}

function parse(url: string, what = "of a folder"): URL {
  try {
    return new URL(url, baseUrl());
  } catch {
    throw new GlimpseError("unsupported-model", `"${url}" is not the address ${what}`);
  }
}

function fromFiles(entries: readonly (readonly [string, Blob])[]): SourceMessage {
  if (entries.length === 0) {
    throw new GlimpseError(
      "unsupported-model",
      "no files were given; a model is config.json, preprocessor_config.json, tokenizer.json and model.safetensors or pytorch_model.bin",
    );
  }
  const files = Object.fromEntries(entries.map(([path, blob]) => [baseName(path), blob]));
  const inFolder = entries.map(([, blob]) => folderOf(blob)).find((name) => name !== "");
  return { kind: "files", name: inFolder ?? "picked files", files };
}

/** The folder that a picked file lies in, where the browser tells. */
function folderOf(blob: Blob): string {
  const path = blob instanceof File ? blob.webkitRelativePath : "";
  return path.split("/").at(-2) ?? "";
}

function baseName(path: string): string {
  return path.split("/").at(-1) ?? path;
}

function withSlash(path: string): string {
  return path.endsWith("/") ? path : `${path}/`;
}
