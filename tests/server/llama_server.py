"""A real model server, llama.cpp's, as a program: prints its address, ends with standard input.

With a GGUF file as argument it serves that model; else one made here, tiny and of random weights:
its words are nonsense, but tokens, limits, usage and streaming are real.
"""

from __future__ import annotations

import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any, Final

_WIDTH: Final = 64
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz .,\n"
_TEMPLATE: Final = (
    "{% for message in messages %}<{{ message['role'] }}>{{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def make_model(path: Path) -> None:
    """A llama with one layer and a vocabulary of letters and bytes."""
    gguf: Any = import_module("gguf")
    numpy: Any = import_module("numpy")
    random = numpy.random.default_rng(7)
    special = ["<unk>", "<s>", "</s>"]
    tokens = [
        *special,
        *(f"<0x{byte:02X}>" for byte in range(256)),
        *_LETTERS.replace(" ", "\u2581"),
    ]
    kinds = [2, 3, 3, *[6] * 256, *[1] * len(_LETTERS)]

    def weights(*shape: int, scale: float = 0.3) -> Any:
        return (random.standard_normal(shape) * scale).astype(numpy.float32)

    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name("tiny-random")
    writer.add_context_length(4096)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(_WIDTH)
    writer.add_head_count(4)
    writer.add_head_count_kv(4)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(_WIDTH // 4)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_chat_template(_TEMPLATE)
    output = weights(len(tokens), _WIDTH, scale=0.01)
    output[-len(_LETTERS) :] = weights(len(_LETTERS), _WIDTH, scale=1.0)  # letters are likely
    writer.add_tensor("token_embd.weight", weights(len(tokens), _WIDTH, scale=1.0))
    writer.add_tensor("output_norm.weight", numpy.ones(_WIDTH, dtype=numpy.float32))
    writer.add_tensor("output.weight", output)
    for name in ("attn_norm", "ffn_norm"):
        writer.add_tensor(f"blk.0.{name}.weight", numpy.ones(_WIDTH, dtype=numpy.float32))
    for name in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"):
        writer.add_tensor(f"blk.0.{name}.weight", weights(_WIDTH, _WIDTH))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    xllamacpp: Any = import_module("xllamacpp")
    with tempfile.TemporaryDirectory() as folder:
        model = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder, "tiny.gguf")
        if len(sys.argv) == 1:
            make_model(model)
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(model)
        parameters.n_ctx = 4096
        parameters.n_parallel = 1
        parameters.warmup = False
        parameters.hostnames = ["127.0.0.1"]
        parameters.port = 0
        parameters.cpuparams.n_threads = 2
        server = xllamacpp.Server(parameters)
        sys.stdout.write(f"\nserving {server.listening_address}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
