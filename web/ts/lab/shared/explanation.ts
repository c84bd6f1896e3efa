/** Who pulled a picture towards a label: the exact parts of a logit, and what greying a patch takes from it. */

/**
 * One label's logit, taken apart. The parts sum to the logit but for rounding: `sum` is their sum, `error` how far it is off.
 *
 * All parts are in the logit's unit (cosine times the model's learned scale): +2 means that the logit would be 2 lower without
 * that part, the picture's length as it is.
 */
export interface LabelParts {
  /** The label as it was given. */
  label: string;
  /** What the forward pass gave: the logit that `classify` shows. */
  logit: number;
  /** The sum of all parts below. */
  sum: number;
  /** `sum - logit`. */
  error: number;
  /**
   * What each patch adds through each attention head, `[layers, heads, patches]`, row-major: that of layer `l`, head `h` and
   * patch `p` is `patches[(l * heads + h) * side * side + p]`. Patches go row by row from the top left. Of a network of convolutions
   * what each place of its last map adds, `[patches]`.
   */
  patches: Float32Array;
  /** The patches' parts summed over layers and heads, `[side * side]`: this label's own map. */
  heat: Float32Array;
  /** What the class token adds to itself through each head, `[layers, heads]`; empty without heads. */
  classToken: Float32Array;
  /** What each layer's MLP adds, `[layers]`; empty without heads. */
  mlp: Float32Array;
  /** What the bias of each layer's attention output adds, `[layers]`; empty without heads. */
  outBias: Float32Array;
  /** What the class token was before the first layer; 0 without heads. */
  embeddings: number;
  /** What the bias of the last normalisation adds; of a network of convolutions, what the projection's bias does. */
  normBias: number;
}

/**
 * What {@link explain} gives: which patches pulled towards a label, or towards it and away from another.
 *
 * It is exact for what patches send to the class token directly, in one pass, and says nothing of what they send through other
 * patches first: {@link occlude} is the check. Of a network of convolutions, as `"mini-photo"` is one, it is the exact class
 * activation map: the picture's vector is a mean over the places of the last map. Each place has seen a good part of the picture around
 * it. There are no layers with heads then: `layers` and `heads` are 0, `attention` is empty.
 */
export interface Explanation {
  /** The model that looked: `info.model`; under `"auto"` the built-in one. */
  model: string;
  /** Patches a side: the map is `side` x `side`. */
  side: number;
  /** Layers of the image tower that have heads. */
  layers: number;
  /** Heads a layer. */
  heads: number;
  /** How much the class token looked at each patch, `[layers, heads, patches]` as {@link LabelParts.patches}: 0 to 1. */
  attention: Float32Array;
  /** The label's logit in parts. */
  label: LabelParts;
  /** The other label's; `null` where there is none. */
  against: LabelParts | null;
  /** The map, `[side * side]`, row by row from the top left, in the logit's unit: the label's heat, less the other's where there is one. */
  heat: Float32Array;
  /** The label's logit, less the other's where there is one. */
  logit: number;
  /** The sum of all parts, less the other's where there is one. */
  sum: number;
  /** `sum - logit`: what rounding left. */
  error: number;
}

/** What {@link explainLabels} gives: every label's logit in parts, of one pass through the picture. */
export interface Explanations extends Pick<
  Explanation,
  "model" | "side" | "layers" | "heads" | "attention"
> {
  /** In the order of the labels. */
  labels: LabelParts[];
}

/** What {@link occlude} gives. */
export interface Occlusion {
  /** The model that looked: `info.model`; under `"auto"` the built-in one. */
  model: string;
  /** Patches a side. */
  side: number;
  /**
   * `[side * side]`, row by row from the top left: the logit (less the other label's, where there is one) of the picture as it
   * is, less that of the picture with a grey square over this patch. Positive: what is there speaks for the label. Patches under
   * one square have the same number.
   */
  drop: Float32Array;
}
