using System.Text.Json;
using System.Text.Json.Serialization;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Models;

/// <summary>
/// <c>model.json</c> of a checkpoint folder: what is needed to build the model again, under fairseq's keys and without the run's
/// <c>config.yaml</c>.
/// </summary>
/// <remarks>Memory: at most 32 bytes per byte of the file, and 1 MiB.</remarks>
/// <param name="Model">The model group.</param>
/// <param name="Task">Labels, rates and normalisation.</param>
/// <param name="Classes">Size of each dictionary, special symbols included; none for a model without prediction head.</param>
public sealed record ModelDescription(ModelConfig Model, TaskConfig Task, IReadOnlyList<int> Classes)
{
    public const string FileName = CheckpointFiles.Description;
    private const long MaximumBytes = 1 << 20;

    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        AllowOutOfOrderMetadataProperties = true,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new ConvLayersConverter() },
    };

    /// <summary>Reads a description and checks that its sizes are possible ones.</summary>
    /// <exception cref="UserException">Missing or damaged.</exception>
    public static ModelDescription Read(string path)
    {
        if (!File.Exists(path))
            throw ModelFaults.NotACheckpoint(Path.GetDirectoryName(path) ?? path, FileName);
        try
        {
            var description = JsonSerializer.Deserialize<ModelDescription>(RegularFile.ReadAllText(path, MaximumBytes), Json);
            if (description is null or { Model: null } or { Task: null } or { Classes: null })
                throw ModelFaults.BadDescription(path, "'model', 'task' or 'classes' is missing");
            description.CheckSizes(path);
            return description;
        }
        catch (Exception e) when (e is JsonException or FormatException or NotSupportedException)
        {
            throw ModelFaults.BadDescription(path, PrintableText.Of(e));
        }
    }

    /// <summary>Writes <c>model.json</c> whole or not at all.</summary>
    public void Write(string path) => AtomicFile.WriteAllText(path, JsonSerializer.Serialize(this, Json) + "\n");

    /// <summary>The same without the folders of the machine that it was trained on: for models that are handed on.</summary>
    internal ModelDescription WithoutPlaces() => this with { Task = Task with { Data = "", LabelDir = null } };

    internal void CheckSizes(string path)
    {
        void Check(string key, double value, double lowest, double highest)
        {
            if (!(value >= lowest && value <= highest))
                throw ModelFaults.BadDescription(path, $"{key} is {value}, not {lowest} to {highest}");
        }

        Check("model.encoder_layers", Model.EncoderLayers, 1, 1024);
        Check("model.encoder_embed_dim", Model.EncoderEmbedDim, 1, 65536);
        Check("model.encoder_ffn_embed_dim", Model.EncoderFfnEmbedDim, 1, 1 << 20);
        Check("model.encoder_attention_heads", Model.EncoderAttentionHeads, 1, 4096);
        Check("model.final_dim", Model.FinalDim, 0, 65536);
        Check("model.conv_pos", Model.ConvPos, 1, 65536);
        Check("model.conv_pos_groups", Model.ConvPosGroups, 1, 65536);
        Check("model.logit_temp", Model.LogitTemp, 1e-9, 1e9);
        if (Task.SampleRate != SamplingRate.Hz)
            throw ModelFaults.OtherRate(path, $"{Task.SampleRate} Hz");
        Check("classes", Classes.Count, 0, 64);
        foreach (var classes in Classes)
            Check("classes", classes, 1, 10_000_000);
    }

    /// <summary>The front end as fairseq's list expression.</summary>
    private sealed class ConvLayersConverter : JsonConverter<IReadOnlyList<ConvLayerSpec>>
    {
        public override IReadOnlyList<ConvLayerSpec> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            ConvLayerSpec.Parse(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<ConvLayerSpec> value, JsonSerializerOptions options) =>
            writer.WriteStringValue(ConvLayerSpec.Format(value));
    }
}
