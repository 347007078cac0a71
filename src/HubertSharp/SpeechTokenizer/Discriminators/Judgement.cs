using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Discriminators;

/// <summary>What one discriminator says of recordings: 1 is real, 0 made.</summary>
/// <param name="Logits">The first axis counts recordings, each of the others some place in time or frequency.</param>
/// <param name="Maps">What its layers found, in order.</param>
internal sealed record Judgement(Tensor Logits, IReadOnlyList<Tensor> Maps)
{
    /// <summary>What it says of some of the recordings.</summary>
    public Judgement Rows(long first, long count) =>
        new(Logits.narrow(0, first, count), [.. Maps.Select(map => map.narrow(0, first, count))]);
}
