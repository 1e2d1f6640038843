"""What a training came to: the figures on rows it never saw, as served, and the pictures of them."""

from pathlib import Path

from rich.console import Console

from nlp.corpus import of_split
from nlp.evaluation import ENCODER, Evaluation, evaluate
from nlp.evaluation.heads import head_f1
from nlp.heads import HEADS
from nlp.lexicon import LexiconReader
from nlp.reading import EncoderReader
from nlp.training.pictures import draw, draw_losses
from nlp.training.ship import write_manifest
from nlp.training.train import Trained

INT8_LOSS = 0.01  # macro-F1: more is said aloud
console = Console()


def measure(trained: Trained, data: Path, pictures: Path) -> Evaluation:
    """Measure what was trained, on rows it never saw, as it is served; the figures join the manifest.

    Also how far int8 is from fp32, head by head, and the pictures.
    """
    reader = EncoderReader(trained.served, trained.manifest, LexiconReader())
    thresholds = trained.manifest.thresholds
    evaluation = evaluate(reader, trained.served.logits, thresholds, of_split("test"), data)
    small, large = (head_f1(encoder, trained.manifest, data) for encoder in (trained.served, trained.exact))
    parity = {head: {"int8": round(small[head], 4), "fp32": round(large[head], 4)} for head in HEADS}
    figures: dict[str, object] = {"reader": evaluation.report.as_dict()[ENCODER], "int8_to_fp32_macro_f1": parity}
    write_manifest(trained.folder, trained.manifest.model_copy(update={"figures": figures}))
    for head in HEADS:
        if large[head] - small[head] > INT8_LOSS:
            console.print(f"{head}: int8 loses {large[head] - small[head]:.3f} macro-F1 against fp32", style="bold red")
    draw(evaluation, pictures)
    draw_losses(trained.align_losses, trained.fit_losses, pictures)
    return evaluation
