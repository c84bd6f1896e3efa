"""The two towers: `transformers.CLIPModel` itself, with forward passes that training can thin out."""

import torch
import torch.nn.functional as F
from torch import nn
from transformers import CLIPConfig, CLIPModel

from tokenizer import CONTEXT

SIDE, PATCH, GRID = 64, 8, 8
# Width, layers and heads of the image tower; layers of the text tower, which is as wide.
SIZES = {"small": (192, 6, 3, 4), "large": (320, 8, 5, 6)}


def build(vocab_size: int, size: str) -> CLIPModel:
    """A fresh `CLIPModel` for 64 px pictures in patches of 8: "small" has 5.4 million parameters, "large" 18 million."""
    width, layers, heads, text_layers = SIZES[size]
    shared = dict(
        hidden_size=width, intermediate_size=4 * width, num_attention_heads=heads, hidden_act="gelu"
    )
    model = CLIPModel(
        CLIPConfig(
            projection_dim=width,
            text_config=dict(
                **shared,
                projection_dim=width,
                num_hidden_layers=text_layers,
                vocab_size=vocab_size,
                max_position_embeddings=CONTEXT,
                bos_token_id=vocab_size - 2,
                eos_token_id=vocab_size - 1,
                pad_token_id=vocab_size - 1,
            ),
            vision_config=dict(
                **shared,
                projection_dim=width,
                num_hidden_layers=layers,
                image_size=SIDE,
                patch_size=PATCH,
            ),
        )
    )
    with torch.no_grad():
        model.vision_model.embeddings.position_embedding.weight.copy_(sine_positions(width))
        model.text_model.embeddings.token_embedding.weight.normal_(std=0.02)
        model.text_model.embeddings.position_embedding.weight.normal_(std=0.01)
        model.vision_model.embeddings.class_embedding.normal_(std=0.02)
        for tower in (model.vision_model, model.text_model):
            for module in tower.modules():
                if isinstance(module, nn.Linear):
                    nn.init.normal_(module.weight, std=module.in_features**-0.5 * 0.6)
                    nn.init.zeros_(module.bias)
        model.logit_scale.fill_(2.7)
    return model


def sine_positions(width: int) -> torch.Tensor:
    """The 2-D sine and cosine table [65, width] that the learned positions start from; row 0 is the class token."""
    quarter = width // 4
    frequencies = 1 / 100 ** (torch.arange(quarter) / quarter)
    rows, columns = torch.meshgrid(torch.arange(GRID), torch.arange(GRID), indexing="ij")
    waves = [
        wave(place.reshape(-1, 1) * frequencies)
        for place in (columns, rows)
        for wave in (torch.sin, torch.cos)
    ]
    return torch.cat([torch.zeros(1, width), torch.cat(waves, 1) * 0.15])


def block(layer, hidden, causal=False):
    """One encoder layer of the model, written out so that it runs without transformers' bookkeeping."""
    batch, length, width = hidden.shape
    attention = layer.self_attn
    normal = layer.layer_norm1(hidden)
    heads = (batch, length, attention.num_heads, width // attention.num_heads)
    query, key, value = (
        projection(normal).view(heads).transpose(1, 2)
        for projection in (attention.q_proj, attention.k_proj, attention.v_proj)
    )
    mixed = F.scaled_dot_product_attention(query, key, value, is_causal=causal)
    hidden = hidden + attention.out_proj(mixed.transpose(1, 2).reshape(batch, length, width))
    return hidden + layer.mlp.fc2(F.gelu(layer.mlp.fc1(layer.layer_norm2(hidden))))


def image_embeds(model, pixels, keep=0):
    """Embeds pictures [n, 3, 64, 64] in [-1, 1]. With `keep`, only that many of the 64 patches are
    looked at, the busy ones first. Returns embeddings [n, width], the patch tokens after each layer
    (a list of [n, patches, width]) and the kept patches' places [n, keep] (None when all are)."""
    vision = model.vision_model
    count = len(pixels)
    patches = pixels.view(count, 3, GRID, PATCH, GRID, PATCH).permute(0, 2, 4, 1, 3, 5)
    patches = patches.reshape(count, GRID * GRID, 3 * PATCH * PATCH)
    positions = vision.embeddings.position_embedding.weight
    places = None
    shown = positions[1:]
    if keep:
        busy = patches.std(-1) + torch.rand(patches.shape[:2], device=patches.device) * 0.3
        places = busy.topk(keep, 1).indices
        patches = patches.gather(1, places[..., None].expand(-1, -1, patches.shape[-1]))
        shown = shown[places]
    kernel = vision.embeddings.patch_embedding.weight.flatten(1)
    hidden = F.linear(patches, kernel) + shown
    start = (vision.embeddings.class_embedding + positions[0]).expand(count, 1, -1)
    hidden = vision.pre_layrnorm(torch.cat([start, hidden], 1))
    tokens = []
    for layer in vision.encoder.layers:
        hidden = block(layer, hidden)
        tokens.append(hidden[:, 1:])
    return model.visual_projection(vision.post_layernorm(hidden[:, 0])), tokens, places


def text_embeds(model, ids, ends):
    """Embeds token ids [n, length]; `ends` [n] says where each row's end token is."""
    text = model.text_model
    hidden = text.embeddings.token_embedding(ids)
    hidden = hidden + text.embeddings.position_embedding.weight[: ids.shape[1]]
    for layer in text.encoder.layers:
        hidden = block(layer, hidden, causal=True)
    pooled = hidden[torch.arange(len(ids), device=ids.device), ends]
    return model.text_projection(text.final_layer_norm(pooled))
