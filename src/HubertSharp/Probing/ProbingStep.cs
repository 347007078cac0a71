using HubertSharp.Evaluation.Words;
using HubertSharp.Models.Ctc;
using HubertSharp.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace HubertSharp.Probing;

// N rows of logits, B utterances, T frames, C outputs

/// <summary>Loss, gradients and errors of a head, as s3prl's experts wire them.</summary>
/// <param name="head">The head.</param>
/// <param name="task">What it is asked.</param>
internal sealed class ProbingStep(ProbeHead head, ProbeTask task)
{
    /// <summary>Numbers of features that are looked at at once: 128 MiB.</summary>
    private const long MostNumbers = 32 << 20;

    private const long Unseen = -100; // torch's ignore_index

    /// <summary>Forward and backward of an update; gradients of the sum of losses add up in the head's buffer.</summary>
    public ProbingScores Compute(IEnumerable<ProbingBatch> batches)
    {
        var scores = new ProbingScores(task);
        foreach (var piece in batches.SelectMany(batch => batch.Pieces(MostNumbers)))
        {
            using var scope = NewDisposeScope();
            var logits = head.Forward(piece.Features, piece.Frames);
            var (loss, gradient) = Loss(logits, piece);
            logits.backward([gradient]);
            scores.Add(piece, loss, Tallies(logits, piece));
        }
        return scores;
    }

    /// <summary>The same without gradients. Safe from several threads.</summary>
    public ProbingScores Score(ProbingBatch batch)
    {
        var scores = new ProbingScores(task);
        using var guard = no_grad();
        foreach (var piece in batch.Pieces(MostNumbers))
        {
            using var scope = NewDisposeScope();
            var logits = head.Forward(piece.Features, piece.Frames);
            scores.Add(piece, Loss(logits, piece).Sum, Tallies(logits, piece));
        }
        return scores;
    }

    /// <summary>The sum of the losses of what is counted (frames, or utterances), and its gradient.</summary>
    private (double Sum, Tensor Gradient) Loss(Tensor logits, ProbingBatch batch)
    {
        using var guard = no_grad();
        var detached = logits.detach();
        if (task == ProbeTask.CtcPhone)
            return CtcOf(detached, batch);
        var outputs = logits.shape[1];
        long[] targets = [.. batch.Targets.SelectMany(t => t).Select(t => t < outputs ? t : Unseen)];
        var labels = tensor(targets);
        var sum = F.cross_entropy(detached, labels, ignore_index: Unseen, reduction: nn.Reduction.Sum).item<float>();
        var seen = labels.ne(Scalars.Of(Unseen));
        // softmax less one-hot, and nothing where there is no class
        var gradient = (F.softmax(detached, 1) - F.one_hot(labels * seen.to_type(int64), outputs)) * seen.unsqueeze(1);
        return (sum, gradient);
    }

    /// <summary>Each row's loss by the length of its target, infinite ones as 0: torch's mean, with zero_infinity.</summary>
    private static (double Sum, Tensor Gradient) CtcOf(Tensor logits, ProbingBatch batch)
    {
        var padded = nn.utils.rnn.pad_sequence(logits.split([.. batch.Frames.Select(f => (long)f)]), batch_first: true); // [B, T, C]
        var outputs = (int)logits.shape[1];
        int[][] targets = [.. batch.Targets.Select(target => target.Any(t => t >= outputs) ? [] : target)];
        var (losses, gradient) = CtcLoss.Of(padded, batch.Frames, targets, ProbeTargets.Blank);
        var (sum, rows) = (0.0, new List<Tensor>());
        for (var row = 0; row < losses.Length; row++)
        {
            var weight = targets[row].Length > 0 ? 1.0 / targets[row].Length : 0;
            sum += double.IsPositiveInfinity(losses[row]) ? 0 : weight * losses[row];
            using var scale = weight.ToScalar();
            rows.Add(gradient[row].narrow(0, 0, batch.Frames[row]) * scale);
        }
        return (sum, cat(rows));
    }

    /// <summary>Of each utterance how many were named rightly, or with CTC wrongly, and of how many.</summary>
    private List<(int Count, int Of)> Tallies(Tensor logits, ProbingBatch batch)
    {
        using var guard = no_grad();
        var best = logits.argmax(1).to_type(int32).data<int>().ToArray();
        var tallies = new List<(int Count, int Of)>();
        for (var (row, place) = (0, 0); row < batch.Rows; row++)
        {
            var target = batch.Targets[row];
            var said = best.AsSpan(place, task == ProbeTask.CtcPhone ? batch.Frames[row] : target.Length);
            place += said.Length;
            if (task == ProbeTask.CtcPhone)
            {
                var path = GreedyPath.Collapsed(said, ProbeTargets.Blank);
                var errors = TokenAlignment.Count(TokenAlignment.Of(target, path, AlignmentRule.Jiwer)).Errors;
                tallies.Add(((int)errors, target.Length));
                continue;
            }
            var right = 0;
            for (var t = 0; t < target.Length; t++)
                right += said[t] == target[t] ? 1 : 0;
            tallies.Add((right, target.Length));
        }
        return tallies;
    }
}
