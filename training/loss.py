"""How wrong the network is: minus the logarithm of the probability of all that is right."""

import torch

from training.tensors import Labels

IMPOSSIBLE = -1e4  # not infinity: the gradient of a cumulative sum over infinities is not a number


def span_loss(logits: torch.Tensor, allowed: torch.Tensor, labels: Labels) -> torch.Tensor:
    """The weighted mean over the windows; `logits` is `windows x tokens x 2`.

    Start and end are independent, each a distribution over the tokens of the passage and [CLS]. Several right spans
    share their probability; where the answer is only known to lie within a span, all spans inside it share theirs.
    """
    masked = logits.float().masked_fill(~allowed[..., None], IMPOSSIBLE)
    start, end = masked.log_softmax(dim=1).unbind(-1)
    exact = _exact(start, end, labels.spans)
    if labels.within.any():
        exact = torch.where(labels.within[:, None], _within(start, end, labels.spans), exact)
    right = exact.masked_fill(~labels.given, IMPOSSIBLE).logsumexp(dim=1)
    return -(right * labels.weights).sum() / labels.weights.sum()


def _exact(start: torch.Tensor, end: torch.Tensor, spans: torch.Tensor) -> torch.Tensor:
    return start.gather(1, spans[..., 0]) + end.gather(1, spans[..., 1])


def _within(start: torch.Tensor, end: torch.Tensor, spans: torch.Tensor) -> torch.Tensor:
    """For each end the probability of a start at it or before it, summed over the ends."""
    places = torch.arange(start.shape[1], device=start.device)
    inside = (places >= spans[..., :1]) & (places <= spans[..., 1:])
    starts = start[:, None].masked_fill(~inside, IMPOSSIBLE).logcumsumexp(dim=2)
    return (starts + end[:, None].masked_fill(~inside, IMPOSSIBLE)).logsumexp(dim=2)
