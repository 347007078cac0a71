namespace HubertSharp.Runs.Labels;

/// <summary>What to check: one label set over one or more splits.</summary>
public sealed record LabelCheckOptions
{
    /// <summary>The first one is what the model trains on; the others are compared with it.</summary>
    public required IReadOnlyList<LabelSplit> Splits { get; init; }

    /// <summary><c>dict.km.txt</c>; null takes the clusters from the labels, so that unknown ids cannot be seen.</summary>
    public string? DictionaryPath { get; init; }

    /// <summary>Labels per second that the training is told.</summary>
    public required double LabelRate { get; init; }

    /// <summary>How the user sets <see cref="LabelRate"/>, for advice: the rate follows it.</summary>
    public string LabelRateSetting { get; init; } = "model.label_rate=";

    /// <summary>Samples per second of the manifest's lengths.</summary>
    public int SampleRate { get; init; } = SamplingRate.Hz;

    /// <summary>
    /// Tells the length of an audio file in samples at 16 kHz, or null where it cannot: a few files of each manifest are asked, so that
    /// lengths counted at another rate are not taken for labels of another rate. Null leaves the audio alone.
    /// </summary>
    public Func<string, CancellationToken, long?>? LengthOf { get; init; }

    /// <summary>
    /// Clusters the features that the labels were made of anew, as many as the labels have, and gives those of some utterances (from 0),
    /// one per frame; null where there are too few frames. Whether labels come in the order of their frames is then judged by the features'
    /// own order, and not by what speech is like. Null where the features are not at hand.
    /// </summary>
    public Func<LabelSplit, int, CancellationToken, IReadOnlyDictionary<int, int[]>?>? OwnClusters { get; init; }
}

/// <summary>A manifest and its labels.</summary>
/// <param name="Name">For messages: <c>train</c>, <c>valid</c>.</param>
/// <param name="ManifestPath">The <c>.tsv</c>.</param>
/// <param name="LabelsPath">The <c>.km</c>, line i for the manifest's entry i.</param>
public sealed record LabelSplit(string Name, string ManifestPath, string LabelsPath);
