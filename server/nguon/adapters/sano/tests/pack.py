"""A tiny sanoTTS voice pack, made here: the real format with random weights (it hums, it says nothing)."""

import json
from pathlib import Path

import numpy as np

VOCABULARY, HIDDEN, LATENT, CHANNELS = 200, 4, 6, (8, 6, 4, 2)


def _block(prefix: str, width: int) -> dict[str, tuple[int, ...]]:
    return {
        f"{prefix}.scale": (1,),
        f"{prefix}.net.0.weight": (width, width, 3),
        f"{prefix}.net.0.bias": (width,),
        f"{prefix}.net.2.weight": (width, width, 3),
        f"{prefix}.net.2.bias": (width,),
    }


def _linear(name: str, into: int, out: int, kernel: int = 1) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (out, into, kernel), f"{name}.bias": (out,)}


def _decoder() -> dict[str, tuple[int, ...]]:
    shapes = _linear("pre", LATENT, CHANNELS[0], 7)
    for stage, kernel in enumerate((16, 16, 8)):
        into, out = CHANNELS[stage], CHANNELS[stage + 1]
        shapes |= {f"up{stage}.weight": (into, out, kernel), f"up{stage}.bias": (out,)}
        for conv in ("conv1", "conv2"):
            shapes |= _linear(f"res{stage}.0.blocks.0.{conv}", out, out, 3)
    return shapes | _linear("post", CHANNELS[3], 1, 7)


def _components() -> dict[str, tuple[dict[str, object], dict[str, tuple[int, ...]]]]:
    embedding = {"embedding.weight": (VOCABULARY, HIDDEN)}
    duration = embedding | _linear("input_proj", HIDDEN + 3, HIDDEN) | _block("blocks.0", HIDDEN)
    acoustic = embedding | _linear("token_input_proj", HIDDEN + 2, HIDDEN) | _block("token_blocks.0", HIDDEN)
    acoustic |= _linear("frame_input_proj", HIDDEN + 3, HIDDEN) | _block("frame_blocks.0", HIDDEN)
    common: dict[str, object] = {"vocab_size": VOCABULARY, "hidden": HIDDEN, "depth": 1, "kernel": 3}
    branches: dict[str, object] = {f"stage{stage}_branches": [0] for stage in range(3)}
    return {
        "duration": (
            common | {"architecture": "duration_conv", "max_tokens": 333, "max_duration": 80},
            duration | _linear("output", HIDDEN, 1),
        ),
        "acoustic": (
            common | {"architecture": "token_context", "token_depth": 1, "out_channels": LATENT},
            acoustic | _linear("output", HIDDEN, LATENT),
        ),
        "decoder": (
            {"variant": "piperlite", "activation": "leaky_relu", "res_layers": 1, "channels": list(CHANNELS)}
            | branches,
            _decoder(),
        ),
    }


def _symbols() -> dict[str, list[int]]:
    alphabet = "_^$ !\"'(),-.:;?abcdefghijklmnopqrstuvwxyz0123456789ɜˈˌːəɛɔŋɲɗɣʃʒæɐɑɒɪʊʌθðɹɾ\u032a"
    return {symbol: [number] for number, symbol in enumerate(alphabet)}


def write_pack(folder: Path) -> Path:
    """This function will write the pack into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(5)
    blob, components = b"", {}
    for name, (config, shapes) in _components().items():
        tensors = []
        for tensor, shape in shapes.items():
            data = random.normal(0, 0.6, shape).astype("<f2")
            if name == "duration" and tensor == "output.bias":
                data[:] = 1.6  # about five frames a sound
            tensors.append(
                {"name": tensor, "shape": list(shape), "dtype": "float16", "offset_bytes": len(blob)}
                | {"nbytes": data.nbytes}
            )
            blob += data.tobytes()
        components[name] = {"config": config, "tensors": tensors}
    manifest = {"format": "roota.raw-fp16.v1", "weights_file": "weights.fp16.bin", "sample_rate": 22050}
    manifest |= {"inference": {"duration_length_scale": 1.2}, "components": components}
    manifest |= {"frontend": {"included_config": "piper-phoneme-config.json"}}
    (folder / "weights.fp16.bin").write_bytes(blob)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "piper-phoneme-config.json").write_text(
        json.dumps({"espeak": {"voice": "vi"}, "phoneme_type": "espeak", "phoneme_id_map": _symbols()})
    )
    return folder
