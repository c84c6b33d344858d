"""What an export says when it is done."""
import os
from typing import Any


def _count(text: dict[str, Any], names: list[str]) -> int:
    sizes = {}
    for parameter in text["parameters"]:
        sizes[parameter["name"]] = 1
        for dimension in parameter["shape"]:
            sizes[parameter["name"]] *= dimension
    return sum(sizes[n] for n in names)


def print_summary(path: Any, text: dict[str, Any], seconds: float) -> None:
    for name, function in text["functions"].items():
        cost, memory = text["costs"][name], text["memory"][name]
        back = ", ".join(f"{s} {f / 1e6:.4g}" for s, f in cost["backward"].items())
        print(f"{name}: {len(function['graph']['nodes'])} operators; MFLOPs of a view: forward {cost['forward'] / 1e6:.4g}, backward {back}; "
              f"MB of a view: {memory['forward'] / 1e6:.3g} and {max(memory['backward'].values()) / 1e6:.3g}")
        if function["unreached"] and name != "predict":
            names = function["unreached"]
            print(f"  it does not reach {len(names)} adapted parameters, which stay as they are: {', '.join(names[:4])}"
                  f"{' ...' if len(names) > 4 else ''}")
    print("adapts: " + ", ".join(f"{s} {_count(text, names)} values in {len(names)} tensors" for s, names in text["subsets"].items()))
    print(f"{path}: {os.path.getsize(path) / 1e6:.1f} MB, {seconds:.1f} s")
