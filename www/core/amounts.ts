/** Bytes and waiting times in words that people use. */

/** A size as people read it: `94 MB`, `1.7 GB`. Units are the hub's and the disk maker's, powers of ten. */
export function size(bytes: number): string {
  if (bytes >= 999.5e6) return `${(bytes / 1e9).toFixed(1)}\u00a0GB`;
  const megabytes = bytes / 1e6;
  return `${megabytes < 10 ? megabytes.toFixed(1) : megabytes.toFixed(0)}\u00a0MB`;
}

/** How long something still takes, rough as estimates are: `about 3 minutes`. */
export function wait(seconds: number): string {
  if (seconds < 10) return "a few seconds";
  if (seconds < 50) return "less than a minute";
  if (seconds < 90) return "about a minute";
  if (seconds < 3570) return `about ${Math.round(seconds / 60)} minutes`;
  const hours = Math.round(seconds / 3600);
  return hours === 1 ? "about an hour" : `about ${hours} hours`;
}

/** A number of things: `1 picture`, `500 pictures`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}
