namespace HubertSharp.Runs.Reports.Tokenizers;

/// <summary>A recording that the pages play.</summary>
/// <param name="Name">As the manifest has it.</param>
/// <param name="Seconds">How long it is.</param>
/// <param name="Sounds">The original, then its reconstructions.</param>
public sealed record Example(string Name, double Seconds, IReadOnlyList<ExampleSound> Sounds);

/// <summary>An original or a reconstruction, and its spectrogram.</summary>
/// <param name="Quantizers">How many it was made from; 0 for the original.</param>
/// <param name="File">Beside the page.</param>
/// <param name="Columns">Of the spectrogram, over time.</param>
/// <param name="Rows">Over frequency, the lowest first.</param>
/// <param name="Decibels">[columns, rows].</param>
public sealed record ExampleSound(int Quantizers, string File, int Columns, int Rows, IReadOnlyList<float> Decibels)
{
    /// <summary>What the recogniser wrote down; null without one.</summary>
    public string? Text { get; init; }
}
