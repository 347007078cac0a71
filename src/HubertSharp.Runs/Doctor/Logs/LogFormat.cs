using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>Who wrote a log, and what is particular about such logs. A toolkit's stands with its parser.</summary>
/// <param name="Name">Stable name, as reports give it.</param>
[JsonConverter(typeof(LogFormat.NameOnly))]
public sealed record LogFormat(string Name)
{
    /// <summary>This program's <c>metrics.jsonl</c>.</summary>
    public static LogFormat HubertSharp { get; } = new("hubert_sharp")
    {
        Title = ("a run of HubertSharp", "HubertSharp 的训练"),
        Unit = "bits",
    };

    /// <summary>fairseq with <c>log_format: json</c>.</summary>
    public static LogFormat FairseqJson { get; } = HubertSharp with { Name = "fairseq_json", Title = ("a log of fairseq", "fairseq 日志") };

    public static LogFormat TensorBoard { get; } = new("tensor_board")
    {
        Title = ("TensorBoard events", "TensorBoard 事件"),
        MayLogShares = true,
    };

    /// <summary>Lines that a training writes beside its metrics, and no metrics.</summary>
    public static LogFormat Notes { get; } = new("notes") { Title = ("notes of a training", "训练的提示信息"), Unit = "unknown" };

    /// <summary>What a page calls it, in English and in Chinese.</summary>
    public required (string English, string Chinese) Title { get; init; }

    /// <summary>The unit of its losses: <c>bits</c>, <c>nats</c> or <c>unknown</c>.</summary>
    public string Unit { get; init; } = "nats";

    /// <summary>
    /// What it trains where neither the metrics nor the configuration say it: fairseq's own kinds say what they are, some toolkits train
    /// everything else.
    /// </summary>
    public TrainingObjective UsualObjective { get; init; } = TrainingObjective.Unknown;

    /// <summary>The dictionary's special symbols are classes too.</summary>
    public bool HasSpecialClasses { get; init; } = true;

    /// <summary>Error rates may be shares; elsewhere they are percent, or made percent by the parser.</summary>
    public bool MayLogShares { get; init; }

    /// <summary>A line tells one batch, not the mean since the line before.</summary>
    public bool IsOneBatch { get; init; }

    /// <summary>The optimizer scales its updates, so that its learning rates cannot be held against Adam's.</summary>
    public bool HasOwnRates { get; init; }

    internal sealed class NameOnly : JsonConverter<LogFormat>
    {
        public override LogFormat Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("reports are written, not read");

        public override void Write(Utf8JsonWriter writer, LogFormat value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Name);
    }
}
