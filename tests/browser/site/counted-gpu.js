// Counts what a worker asks of WebGPU; the message "count" on the BroadcastChannel "counted-gpu" is answered with the numbers so far.

const counts = { dispatches: 0, submissions: 0, readbacks: 0, pipelines: 0 };

/** Counts the calls of a method. */
function counted(prototype, name, what) {
  const method = prototype[name];
  prototype[name] = function (...given) {
    counts[what] += 1;
    return method.apply(this, given);
  };
}

counted(GPUComputePassEncoder.prototype, "dispatchWorkgroups", "dispatches");
counted(GPUComputePassEncoder.prototype, "dispatchWorkgroupsIndirect", "dispatches");
counted(GPUQueue.prototype, "submit", "submissions");
counted(GPUBuffer.prototype, "mapAsync", "readbacks");
counted(GPUDevice.prototype, "createComputePipeline", "pipelines");
counted(GPUDevice.prototype, "createComputePipelineAsync", "pipelines");

const channel = new BroadcastChannel("counted-gpu");
channel.onmessage = ({ data }) => {
  if (data === "count") channel.postMessage({ ...counts });
};
