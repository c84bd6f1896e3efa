// CLIP's two towers and their product as ONNX graphs, node for node in the way of torch's exporter at opset 17.
import { dataType } from "./protobuf.mjs";

export const OPSET = 17;

/** The slope in CLIP's QuickGELU, x * sigmoid(1.702 x). */
const QUICK_GELU = 1.702;

/** pixel_values [B, 3, S, S] -> image_embeds [B, D], not normalised. */
export function visionTower(layers, config, pixelValues) {
  const { graph } = layers;
  const { hidden_size: width, patch_size: side } = config;
  const cut = layers.patches(pixelValues, "vision_model.embeddings.patch_embedding.weight", side);
  const rows = graph.add("Reshape", [cut, graph.constant([0, width, -1])]);
  const patches = graph.add("Transpose", [rows], { perm: [0, 2, 1] });
  const size = graph.add("Shape", [pixelValues]);
  const batch = graph.add("Slice", [size, graph.constant([0]), graph.constant([1])]);
  const one = graph.add("Concat", [batch, graph.constant([1, width])], { axis: 0 });
  const classToken = layers.weight("vision_model.embeddings.class_embedding");
  const first = graph.add("Expand", [classToken, one]);
  const tokens = graph.add("Concat", [first, patches], { axis: 1 });
  const positions = layers.weight("vision_model.embeddings.position_embedding.weight");
  let hidden = graph.add("Add", [tokens, positions]);
  hidden = layers.layerNorm(hidden, "vision_model.pre_layrnorm");
  hidden = encoder(layers, hidden, "vision_model", config, null);
  const pooled = graph.add("Gather", [hidden, graph.constant([0], dataType.int64, [])], {
    axis: 1,
  });
  const normed = layers.layerNorm(pooled, "vision_model.post_layernorm");
  return layers.linear(normed, "visual_projection", { bias: false });
}

/** input_ids [B, L] -> text_embeds [B, D], not normalised; `attentionMask` may be null. */
export function textTower(layers, config, inputIds, attentionMask) {
  const { graph } = layers;
  const length = graph.add("Slice", [
    graph.add("Shape", [inputIds]),
    graph.constant([1]),
    graph.constant([2]),
  ]);
  const start = graph.constant([0]);
  const table = layers.weight("text_model.embeddings.position_embedding.weight");
  const positions = graph.add("Slice", [table, start, length, start]);
  const tokens = layers.rows("text_model.embeddings.token_embedding.weight", inputIds);
  let hidden = graph.add("Add", [tokens, positions]);
  const mask = causalMask(graph, config.max_position_embeddings, length, attentionMask);
  hidden = encoder(layers, hidden, "text_model", config, mask);
  hidden = layers.layerNorm(hidden, "text_model.final_layer_norm");
  // eos_token_id 2 in the config means the highest id, of which the first place counts.
  const ids = graph.add("Cast", [inputIds], { to: dataType.int32 });
  const ends = graph.add("ArgMax", [ids], { axis: -1, keepdims: 1 });
  const pooled = graph.add("GatherND", [hidden, ends], { batch_dims: 1 });
  return layers.linear(pooled, "text_projection", { bias: false });
}

/** Both embeddings -> logits_per_image [B, N], as CLIPModel gives it. */
export function logitsPerImage(layers, imageEmbeds, textEmbeds) {
  const { graph } = layers;
  const unit = (embeds) => {
    const norm = graph.add("ReduceL2", [embeds], { axes: [-1], keepdims: 1 });
    return graph.add("Div", [embeds, norm]);
  };
  const columns = graph.add("Transpose", [unit(textEmbeds)], { perm: [1, 0] });
  const cosines = graph.add("MatMul", [unit(imageEmbeds), columns]);
  return graph.add("Mul", [cosines, graph.add("Exp", [layers.weight("logit_scale")])]);
}

function encoder(layers, input, tower, config, mask) {
  const { graph } = layers;
  let hidden = input;
  for (let layer = 0; layer < config.num_hidden_layers; layer += 1) {
    const name = `${tower}.encoder.layers.${layer}`;
    const normed = layers.layerNorm(hidden, `${name}.layer_norm1`);
    const attended = attention(layers, normed, `${name}.self_attn`, config, mask);
    hidden = graph.add("Add", [hidden, attended]);
    const again = layers.layerNorm(hidden, `${name}.layer_norm2`);
    const wide = quickGelu(graph, layers.linear(again, `${name}.mlp.fc1`));
    hidden = graph.add("Add", [hidden, layers.linear(wide, `${name}.mlp.fc2`)]);
  }
  return hidden;
}

function attention(layers, input, name, config, mask) {
  const { graph } = layers;
  const heads = config.num_attention_heads;
  const size = config.hidden_size / heads;
  const part = (projection, perm, scale) => {
    const linear = layers.linear(input, `${name}.${projection}`);
    const scaled = scale ? graph.add("Mul", [linear, scale]) : linear;
    const split = graph.add("Reshape", [scaled, graph.constant([0, 0, heads, size])]);
    return graph.add("Transpose", [split], { perm });
  };
  const scale = graph.constant([size ** -0.5], dataType.float, []);
  const query = part("q_proj", [0, 2, 1, 3], scale);
  const key = part("k_proj", [0, 2, 3, 1]);
  const value = part("v_proj", [0, 2, 1, 3]);
  const logits = graph.add("MatMul", [query, key]);
  const masked = mask ? graph.add("Add", [logits, mask]) : logits;
  const weights = graph.add("Softmax", [masked], { axis: -1 });
  const mixed = graph.add("Transpose", [graph.add("MatMul", [weights, value])], {
    perm: [0, 2, 1, 3],
  });
  const joined = graph.add("Reshape", [mixed, graph.constant([0, 0, config.hidden_size])]);
  return layers.linear(joined, `${name}.out_proj`);
}

function quickGelu(graph, input) {
  const slope = graph.constant([QUICK_GELU], dataType.float, []);
  const gate = graph.add("Sigmoid", [graph.add("Mul", [input, slope])]);
  return graph.add("Mul", [input, gate]);
}

/** [1, 1, L, L] with a large negative number where a token may not look; with padding, [B, 1, L, L]. */
function causalMask(graph, context, length, attentionMask) {
  const lowest = -3.4028234663852886e38;
  const ahead = Array.from({ length: context ** 2 }, (_, at) =>
    at % context > Math.floor(at / context) ? lowest : 0,
  );
  const whole = graph.constant(ahead, dataType.float, [1, 1, context, context]);
  const two = graph.add("Concat", [length, length], { axis: 0 });
  const causal = graph.add("Slice", [whole, graph.constant([0, 0]), two, graph.constant([2, 3])]);
  if (!attentionMask) return causal;
  const axes = graph.constant([1, 2]);
  const kept = graph.add("Cast", [graph.add("Unsqueeze", [attentionMask, axes])], {
    to: dataType.float,
  });
  const float = (number) => graph.constant([number], dataType.float, []);
  const padding = graph.add("Mul", [graph.add("Sub", [float(1), kept]), float(lowest)]);
  // The smaller of the two, and not their sum, which would overflow where both forbid.
  return graph.add("Min", [causal, padding]);
}
