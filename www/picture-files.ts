/** Finds the pictures in what was dropped or chosen: files, and folders with all that is below them. */

/** A picture's file, and its name with the folders that it lay in. */
export interface NamedFile {
  file: File;
  name: string;
}

/** What a drop held: the pictures, and how many other files were left out. */
export interface Found {
  pictures: NamedFile[];
  others: number;
}

/** Browsers give no type to some formats, and their names are all there is to tell by. */
const PICTURE_NAME = /\.(avif|bmp|gif|heic|heif|ico|jfif|jpe?g|png|svg|tiff?|webp)$/i;

/** Whether a file seems to be a picture; its content is looked at later. */
export function seemsPicture({ type, name }: File): boolean {
  return type.startsWith("image/") || PICTURE_NAME.test(name);
}

/** The pictures among chosen files; a folder chooser gives their paths. */
export function picturesOf(files: readonly File[]): Found {
  const pictures = files.filter(seemsPicture);
  return {
    pictures: pictures.map((file) => ({ file, name: file.webkitRelativePath || file.name })),
    others: files.length - pictures.length,
  };
}

/**
 * The pictures of a drop, folders walked to the bottom. The entries must be taken while the drop's event is handled, so
 * this starts at once; `signal` ends the walk.
 */
export async function picturesOfDrop(
  dataTransfer: DataTransfer,
  signal?: AbortSignal,
): Promise<Found> {
  const entries = [...dataTransfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const files = [...dataTransfer.files];
  const folders = entries.filter((entry) => entry?.isDirectory) as FileSystemDirectoryEntry[];
  const found = picturesOf(files.filter((_, index) => !entries[index]?.isDirectory));
  for (const folder of folders) await walk(folder, found, signal);
  return found;
}

async function walk(
  folder: FileSystemDirectoryEntry,
  found: Found,
  signal: AbortSignal | undefined,
): Promise<void> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    signal?.throwIfAborted();
    // A reader gives a hundred entries at a time, and an empty list at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) break;
    entries.push(...some);
  }
  entries.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  for (const entry of entries) {
    signal?.throwIfAborted();
    if (entry.isDirectory) await walk(entry as FileSystemDirectoryEntry, found, signal);
    else await take(entry as FileSystemFileEntry, found);
  }
}

async function take(entry: FileSystemFileEntry, found: Found): Promise<void> {
  const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
  if (seemsPicture(file)) found.pictures.push({ file, name: entry.fullPath.replace(/^\//, "") });
  // Hidden files (.DS_Store) are nobody's, and nobody misses them.
  else if (!file.name.startsWith(".")) found.others++;
}
