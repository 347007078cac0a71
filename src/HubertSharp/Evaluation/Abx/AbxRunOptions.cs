namespace HubertSharp.Evaluation.Abx;

/// <summary>Features that an ABX score is computed of.</summary>
/// <param name="Path">A folder with one <c>.npy</c> per utterance, or a feature dump.</param>
/// <param name="Rate">Frames per second; null where a dump says it.</param>
public sealed record AbxFeatures(string Path, double? Rate);

/// <summary>What <see cref="AbxRun"/> scores.</summary>
public sealed record AbxRunOptions
{
    public required AbxFeatures Features { get; init; }

    /// <summary>Features to compare with, over the same items.</summary>
    public AbxFeatures? Against { get; init; }

    /// <summary>The item file.</summary>
    public required string ItemsPath { get; init; }

    /// <summary>The manifest that both dumps were made from; null for folders of arrays.</summary>
    public string? ManifestPath { get; init; }

    public AbxOptions Abx { get; init; } = new();
}
