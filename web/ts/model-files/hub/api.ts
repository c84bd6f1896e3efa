/** The addresses of a hub, and what it answers about a repository: the commit of a revision, the list of its files. */

import { GlimpseError } from "../../shared/errors.js";
import { httpError, isWebPage } from "../../shared/fetching.js";
import { firstAnswer } from "../download/download.js";

/** A repository in a hub. */
export interface Repository {
  /** The hub's URL, without a slash at its end. */
  readonly hub: string;
  /** `owner/name`. */
  readonly name: string;
}

/** What every request to a hub and its file servers carries: they need not know whose page asks. */
export const HUB_REQUEST: RequestInit = { referrerPolicy: "no-referrer", credentials: "omit" };

/** Whether a revision is a whole commit, which never changes and need not be asked for. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** Where the hub says which commit a revision is. */
function revisionUrl({ hub, name }: Repository, revision: string): string {
  return `${hub}/api/models/${name}/revision/${encodeURIComponent(revision)}`;
}

/** Where the hub lists a commit's files. */
function treeUrl({ hub, name }: Repository, commit: string): string {
  return `${hub}/api/models/${name}/tree/${commit}`;
}

/** Where the hub has a commit's file; large ones are on another server, to which it redirects. */
export function fileUrl({ hub, name }: Repository, commit: string, file: string): string {
  return `${hub}/${name}/resolve/${commit}/${encodeURIComponent(file)}`;
}

/**
 * Asks for the commit that a revision is now.
 *
 * @param tries how often a hub that does not answer is asked
 * @throws GlimpseError `network`; {@link Refused} where the hub has no such repository or revision
 */
export async function commitOf(
  repository: Repository,
  revision: string,
  tries?: number,
): Promise<string> {
  const url = revisionUrl(repository, revision);
  const text = await ask(url, repository, revision, tries);
  const { sha } = parse<{ sha?: unknown }>(text, url);
  if (typeof sha === "string" && isCommit(sha)) return sha;
  throw notAHub(url);
}

/** Asks for the list of a commit's files, as JSON. */
export function listingOf(repository: Repository, commit: string): Promise<string> {
  return ask(treeUrl(repository, commit), repository, commit);
}

/** The hub answered, and what it answered is no. */
export class Refused extends GlimpseError {}

async function ask(
  url: string,
  { name }: Repository,
  revision: string,
  tries?: number,
): Promise<string> {
  const options = { init: { ...HUB_REQUEST, cache: "no-store" as const } };
  const response = await firstAnswer(url, tries === undefined ? options : { ...options, tries });
  if (response.status === 404 || response.status === 401 || response.status === 403) {
    throw new Refused(
      "network",
      `${url} answered ${response.status}: there is no public repository ${name} with a revision ${revision}. It is spelled ` +
        "otherwise, or private, or gated: such a one is downloaded with the glimpse command and given as files",
    );
  }
  if (!response.ok) throw httpError(response, url);
  if (isWebPage(response)) throw notAHub(url);
  try {
    return await response.text();
  } catch {
    throw new GlimpseError("network", `${url} broke off; try again`);
  }
}

function parse<T>(text: string, url: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw notAHub(url);
  }
}

function notAHub(url: string): GlimpseError {
  return new GlimpseError(
    "network",
    `${url} did not answer as a model hub does; is hub the address of one, and is there no login page between here and there?`,
  );
}
