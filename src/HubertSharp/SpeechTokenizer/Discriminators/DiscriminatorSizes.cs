namespace HubertSharp.SpeechTokenizer.Discriminators;

/// <summary>Which discriminators a training has and how wide they are; 0 leaves a family out.</summary>
/// <param name="StftFilters">Of the multi-scale STFT discriminators.</param>
/// <param name="PeriodChannels">Of the first layer of the multi-period discriminators.</param>
/// <param name="ScaleChannels">Of the first layer of the multi-scale discriminators.</param>
internal sealed record DiscriminatorSizes(int StftFilters, int PeriodChannels, int ScaleChannels)
{
    /// <summary>What the longest window of the STFT discriminators needs.</summary>
    public const int LeastSamples = 2048;

    /// <summary>Windows of the multi-scale STFT discriminators, one for each.</summary>
    public IReadOnlyList<int> StftWindows { get; init; } = [1024, 2048, 512, 256, 128];

    /// <summary>The released ones: 71 million parameters.</summary>
    public static DiscriminatorSizes Released { get; } = new(32, 32, 128);
}
