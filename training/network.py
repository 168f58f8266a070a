"""The reader in torch: the bundled encoder and two heads, the start and the end of the answer."""

import torch
from torch import nn
from torch.nn import functional

from training.bundled_weights import HEADS, LAYERS, WIDTH, Weights
from training.windows import MAX_TOKENS

WORDS = 30522
NORM_EPSILON = 1e-9  # that of the operator in the exported graph


class ReaderNetwork(nn.Module):  # type: ignore[misc] # torch has no types where it is not installed
    """Logits of start and end for each token of windows that are padded to one length.

    The logits of padding and of the question mean nothing: whoever reads them masks them.
    """

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.words = nn.Embedding(WORDS, WIDTH)
        self.places = nn.Embedding(MAX_TOKENS, WIDTH)
        self.embedded = nn.LayerNorm(WIDTH, eps=NORM_EPSILON)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.heads = nn.Linear(WIDTH, 2)
        self.dropout = nn.Dropout(dropout)
        nn.init.normal_(self.heads.weight, std=0.02)
        nn.init.zeros_(self.heads.bias)

    def forward(self, ids: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """`windows x tokens x 2`; `real` is False where a window is padded."""
        return self.heads(self.encode(ids, real))

    def encode(self, ids: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        places = torch.arange(ids.shape[1], device=ids.device)
        hidden = self.dropout(self.embedded(self.words(ids) + self.places(places)))
        for layer in self.layers:
            hidden = layer(hidden, real[:, None, None, :])
        return hidden

    def load_bundled(self, weights: Weights) -> None:
        """The encoder's weights; the heads stay as they are. Raises RuntimeError if one does not fit."""
        state = {name: torch.from_numpy(values.copy()) for name, values in weights.items()}
        missing = self.load_state_dict(state, strict=False).missing_keys
        if set(missing) != {"heads.weight", "heads.bias"}:
            raise RuntimeError(f"the bundled weights lack {missing}")


class Layer(nn.Module):  # type: ignore[misc] # as above
    """Attention and feed forward, each added and then normalised."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.mixed = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=NORM_EPSILON)
        self.wide = nn.Linear(WIDTH, 4 * WIDTH)
        self.narrow = nn.Linear(4 * WIDTH, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=NORM_EPSILON)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: torch.Tensor, visible: torch.Tensor) -> torch.Tensor:
        hidden = self.norm1(hidden + self.dropout(self.mixed(self._attended(hidden, visible))))
        wide = functional.gelu(self.wide(hidden))
        return self.norm2(hidden + self.dropout(self.narrow(wide)))

    def _attended(self, hidden: torch.Tensor, visible: torch.Tensor) -> torch.Tensor:
        windows, tokens, _ = hidden.shape
        parts = self.qkv(hidden).view(windows, tokens, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        attended = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], attn_mask=visible)
        return attended.transpose(1, 2).reshape(windows, tokens, WIDTH)
