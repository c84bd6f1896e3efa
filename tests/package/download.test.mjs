// The download of a file over as many requests as it takes, against a server on this machine that answers as the odd ones do.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import {
  FileChanged,
  download,
  downloadRange,
} from "../../web/build/model-files/download/download.js";
import { openRemote } from "../../web/build/model-files/download/remote-stream.js";

const bytes = Uint8Array.from({ length: 400_000 }, (_, at) => (at * 31 + (at >> 8)) % 251);
const size = bytes.length;

let answers = [];
let asked = [];
const server = createServer((request, response) => {
  asked.push(request.headers.range ?? "all");
  answers[Math.min(asked.length, answers.length) - 1](request, response);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
after(() => (server.closeAllConnections(), server.close()));
const url = `http://127.0.0.1:${server.address().port}/weights`;

/** Has the next requests answered by these, the last one all that follow. */
function answeredBy(...handlers) {
  answers = handlers;
  asked = [];
}

/** The whole file, or what is left of it after `cut` bytes are sent. */
const whole =
  ({ cut, headers } = {}) =>
  (request, response) => {
    response.writeHead(200, { "Content-Length": size, ETag: '"one"', ...headers });
    if (cut === undefined) response.end(bytes);
    else response.write(bytes.subarray(0, cut), () => setTimeout(() => response.destroy(), 50));
  };

/** The rest of the file, as it was asked for; `headers` replaces what is usual. */
const rest =
  (headers = {}) =>
  (request, response) => {
    const [, begin, end] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range).map(Number);
    const part = bytes.subarray(begin, end ? end + 1 : size);
    const usual = {
      "Content-Length": part.length,
      "Content-Range": `bytes ${begin}-${begin + part.length - 1}/${size}`,
      ETag: '"one"',
    };
    const sent = Object.entries({ ...usual, ...headers }).filter(([, value]) => value !== null);
    response.writeHead(206, Object.fromEntries(sent)).end(part);
  };

async function all(chunks) {
  const parts = [];
  for await (const chunk of chunks) parts.push(chunk);
  return new Uint8Array(Buffer.concat(parts));
}

const file = { url, size, etag: null };

test("a 206 whose Content-Range CORS hides is told by its length", async () => {
  answeredBy(whole({ cut: 100_000 }), rest({ "Content-Range": null }));
  assert.deepEqual(await all(download(file)), bytes);
  assert.deepEqual(asked, ["all", "bytes=100000-"]);
});

test("a part that begins elsewhere is not taken: the whole is asked for, and what is known passed over", async () => {
  answeredBy(whole({ cut: 100_000 }), rest({ "Content-Range": `bytes 0-299999/${size}` }), whole());
  assert.deepEqual(await all(download(file)), bytes);
  assert.deepEqual(asked, ["all", "bytes=100000-", "all"]);
});

test("a server without ranges sends the whole again, and no byte comes twice", async () => {
  answeredBy(whole({ cut: 100_000 }), whole({ cut: 250_000 }), whole());
  assert.deepEqual(await all(download(file)), bytes);
  assert.equal(asked.length, 3);
});

test("of what is compressed on its way no part is asked for", async () => {
  const packed = gzipSync(bytes);
  const headers = { "Content-Encoding": "gzip", "Content-Length": packed.length };
  answeredBy(
    (request, response) => {
      response.writeHead(200, headers);
      const half = packed.subarray(0, packed.length >> 1);
      response.write(half, () => setTimeout(() => response.destroy(), 50));
    },
    (request, response) => response.writeHead(200, headers).end(packed),
  );
  assert.deepEqual(await all(download(file)), bytes);
  assert.deepEqual(asked, ["all", "all"]);
});

test("another version between the parts is told, and no byte of it handed out", async () => {
  answeredBy(whole({ cut: 100_000 }), rest({ ETag: '"two"' }));
  const seen = [];
  await assert.rejects(async () => {
    for await (const chunk of download(file)) seen.push(chunk);
  }, FileChanged);
  assert.deepEqual(new Uint8Array(Buffer.concat(seen)), bytes.subarray(0, 100_000));
});

test("what has neither a length nor a version is not continued", async () => {
  answeredBy((request, response) => {
    response.writeHead(200);
    response.write(bytes.subarray(0, 1000), () => setTimeout(() => response.destroy(), 50));
  });
  await assert.rejects(all(download({ url, size: null, etag: null })), { code: "network" });
  assert.equal(asked.length, 1);
});

test("a server that wants to be left alone for long is not waited for", async () => {
  answeredBy((request, response) => response.writeHead(429, { "Retry-After": "3600" }).end());
  await assert.rejects(all(download(file)), { code: "network", message: /429.*3600 seconds/ });
  assert.equal(asked.length, 1);
});

test("a refusal is not asked again; a wrong length is no cut", async () => {
  answeredBy((request, response) => response.writeHead(403).end());
  await assert.rejects(all(download(file)), { code: "network", message: /403/ });
  assert.equal(asked.length, 1);
  answeredBy((request, response) => response.writeHead(416).end());
  await assert.rejects(all(download(file, { from: 1000 })), { code: "integrity" });
  answeredBy((request, response) => response.writeHead(200, { "Content-Length": 5 }).end("short"));
  await assert.rejects(all(download(file)), { code: "integrity", message: /5, and not 400000/ });
});

test("an abort ends it between two tries as well", async () => {
  answeredBy((request, response) => response.writeHead(503, { "Retry-After": "30" }).end());
  const controller = new AbortController();
  const download_ = all(download(file, { signal: controller.signal }));
  while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  await assert.rejects(download_, { code: "aborted" });
  assert.equal(asked.length, 1);
});

test("one part: its bytes, or null where the server gives none or has another version", async () => {
  answeredBy(rest());
  assert.deepEqual(await downloadRange(file, 1000, 3000), bytes.slice(1000, 3000));
  assert.deepEqual(asked, ["bytes=1000-2999"]);
  assert.equal(await downloadRange({ ...file, etag: '"two"' }, 1000, 3000), null);
  answeredBy(whole());
  assert.equal(await downloadRange(file, 1000, 3000), null);
});

test("one part that breaks off is asked for again; where it always does, that is a network error", async () => {
  const cut = (request, response) => {
    response.writeHead(206, { "Content-Length": 9, ETag: '"one"' });
    response.write(bytes.subarray(5, 8), () => setTimeout(() => response.destroy(), 50));
  };
  answeredBy(cut, rest());
  assert.deepEqual(await downloadRange(file, 5, 14), bytes.slice(5, 14));
  assert.deepEqual(asked, ["bytes=5-13", "bytes=5-13"]);
  answeredBy(cut);
  await assert.rejects(downloadRange(file, 5, 14), { code: "network" });
});

test("passing over bytes: a long gap is not asked for, a short one is read and dropped", async () => {
  answeredBy((request, response) => (request.headers.range ? rest() : whole())(request, response));
  const wanted = { file: "weights", url, size, sha256: null, etag: null };
  const reports = [];
  const way = { report: (...told) => reports.push(told), newHash: null, options: {} };
  const opened = openRemote(wanted, way, (error) => error);
  const read = async (stream) => {
    const reader = stream.getReader();
    const { value } = await reader.read();
    reader.releaseLock();
    return value;
  };
  const first = await read(opened.stream);
  assert.deepEqual(first, bytes.subarray(0, first.length));
  // Two gaps after each other are one; only then is it known where to go on.
  await opened.skip(100_000);
  let at = first.length + 200_000;
  const second = await read(await opened.skip(100_000));
  assert.deepEqual(second, bytes.subarray(at, at + second.length));
  assert.deepEqual(asked, ["all", `bytes=${at}-`]);
  at += second.length + 10;
  const last = await opened.skip(10);
  assert.deepEqual(await all(last), bytes.subarray(at));
  assert.equal(asked.length, 2);
  assert.deepEqual(reports.at(-1), ["download", "weights", size, size]);
});
