using System.Text.Json.Serialization;

namespace HubertSharp.Runs.Reports;

/// <summary>What is drawn anew for an interval.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ResampledUnit>))]
public enum ResampledUnit
{
    /// <summary>Utterances: what other recordings of the same speakers would have given.</summary>
    Utterances,

    /// <summary>Speakers with all that they say: what other speakers would have given.</summary>
    Speakers,
}

/// <summary>A 95% bootstrap interval.</summary>
/// <param name="Over">What was drawn anew.</param>
/// <param name="Units">How many of them there are.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public sealed record ConfidenceInterval(ResampledUnit Over, int Units, double Low, double High)
{
    /// <summary>0 lies outside.</summary>
    [JsonIgnore]
    public bool ExcludesZero => Low > 0 || High < 0;
}
