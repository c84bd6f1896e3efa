/** Reads dropped folders through the browser's own entries; what cannot be read is passed over. */

/** The files and folders of a drop; to be called while its event is handled, for they are gone after it. */
export function partsOf(dataTransfer: DataTransfer): {
  files: File[];
  folders: FileSystemDirectoryEntry[];
} {
  // A drop may carry texts beside its files; without them, items and files stand in the same order.
  const items = [...dataTransfer.items].filter(({ kind }) => kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry?.());
  return {
    files: [...dataTransfer.files].filter((_, index) => !entries[index]?.isDirectory),
    folders: entries.filter((entry) => entry?.isDirectory) as FileSystemDirectoryEntry[],
  };
}

/** What lies directly in a folder; the part that could be read, where not all could. */
export async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    // A reader gives a hundred entries at a time, and an empty list at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve) =>
      reader.readEntries(resolve, () => resolve([])),
    );
    if (some.length === 0) return entries;
    entries.push(...some);
  }
}

/** An entry's file; null where it cannot be read. */
export function fileOf(entry: FileSystemEntry): Promise<File | null> {
  return new Promise((resolve) =>
    (entry as FileSystemFileEntry).file(resolve, () => resolve(null)),
  );
}
