"""What predict and the losses must return."""
import torch

from .errors import require
from .function import Function
from .inputs import Image


def classes_of(predict: Function) -> int:
    """Runs predict on three views and returns how many classes (or words) its logits have."""
    views = 3
    outputs = predict.try_once(views)
    require(len(outputs) in (1, 2), f"predict returns {len(outputs)} values; it must return logits, or logits and features")
    for name, value in zip(("logits", "features"), outputs):
        require(isinstance(value, torch.Tensor), f"predict returns {type(value).__name__} as {name}; take the tensor out of it, "
                "as in predict=lambda m, x: m(x).logits")
        require(value.is_floating_point() and value.dtype == torch.float32, f"predict returns {name} of {value.dtype}; they must be float32")
    logits = outputs[0]
    wanted = [views] if isinstance(predict.input, Image) else [views, predict.input.length]
    require(list(logits.shape[:-1]) == wanted and logits.dim() > 1,
            f"predict returns logits of shape {list(logits.shape)} for {views} views; they must be {wanted + ['classes']}")
    if len(outputs) == 2:
        require(outputs[1].dim() == 2 and len(outputs[1]) == views,
                f"predict returns features of shape {list(outputs[1].shape)} for {views} views; they must be [{views}, features]")
    return logits.shape[-1]


def check_loss(loss: Function) -> None:
    """Runs a loss on three views: it must return one finite float."""
    outputs = loss.try_once(3)
    require(len(outputs) == 1 and isinstance(outputs[0], torch.Tensor), f"{loss.name} must return one tensor, the loss")
    value = outputs[0]
    require(value.dim() == 0, f"{loss.name} returns shape {list(value.shape)}; it must return a scalar, such as .mean() of it")
    require(value.dtype == torch.float32, f"{loss.name} returns {value.dtype}; it must return float32")
    require(bool(torch.isfinite(value)), f"{loss.name} is {value.item()} on random input; it must be finite")
