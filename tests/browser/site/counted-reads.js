// Counts, in a worker, the bytes that are read out of Blobs and of the private file system's files; answers "how many?" on the BroadcastChannel "counted-reads".
let bytes = 0;
for (const name of ["arrayBuffer", "bytes", "stream", "text"]) {
  const read = Blob.prototype[name];
  Blob.prototype[name] = function () {
    bytes += this.size;
    return read.call(this);
  };
}
const readAccess = FileSystemSyncAccessHandle.prototype.read;
FileSystemSyncAccessHandle.prototype.read = function (...call) {
  const count = readAccess.apply(this, call);
  bytes += count;
  return count;
};
const channel = new BroadcastChannel("counted-reads");
channel.onmessage = ({ data }) => {
  if (data === "how many?") channel.postMessage({ bytes });
};
