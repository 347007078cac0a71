using System.Text.Json.Serialization;

namespace HubertSharp.Runs.Reports;

/// <summary>What is measured of features or labels.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Figure>))]
public enum Figure
{
    Pnmi,
    PhonePurity,
    ClusterPurity,

    /// <summary>ABX error within speakers: less is better.</summary>
    AbxWithin,

    /// <summary>ABX error across speakers: less is better.</summary>
    AbxAcross,

    /// <summary>Accuracy of the linear probe.</summary>
    Probe,

    /// <summary>Errors of symbols after a fine-tuning: fewer are better.</summary>
    SymbolErrors,
}
