using HubertSharp.Tensors;

namespace HubertSharp.Models;

/// <summary>What one forward pass needs to know beside its batch.</summary>
/// <param name="Training">Dropouts and layer drop act only when true; masking acts always, as in fairseq.</param>
/// <param name="Seed">Every random draw of the pass is a pure function of it, so that a resumed run repeats them bit for bit.</param>
/// <param name="ScoreUnmasked">Score unmasked frames too. They carry no gradient unless <c>pred_nomask_weight</c> is above 0, which scores
/// them anyway.</param>
internal readonly record struct StepContext(bool Training, ulong Seed, bool ScoreUnmasked)
{
    /// <summary>Takes the time of the parts; null outside of benchmarks.</summary>
    internal StepProfile? Profile { get; init; }

    /// <summary>Told during the backward pass that the gradients of an encoder layer (from 0) and those behind it are complete.</summary>
    internal Action<int>? LayerDone { get; init; }
}
