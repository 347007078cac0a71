using System.Text.Json;
using HubertSharp.Models;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;

namespace HubertSharp.Tests.Models;

/// <summary>One of the fixtures' <c>hubert_tiny_*</c>: configuration, weights and batch, as its files say.</summary>
internal sealed class TinyModel : IDisposable
{
    public TinyModel(string name, ComputePrecision precision = ComputePrecision.Float32)
    {
        Name = name;
        using var config = JsonDocument.Parse(File.ReadAllText(At("config.json")));
        Config = config.RootElement.GetProperty("model").Deserialize<ModelConfig>(ModelDescription.Json)!;
        Task = config.RootElement.GetProperty("task").Deserialize<TaskConfig>(ModelDescription.Json)!;
        Criterion = config.RootElement.GetProperty("criterion").Deserialize<CriterionConfig>(ModelDescription.Json)!;
        var clips = config.RootElement.GetProperty("clips").EnumerateArray().Select(c => c.GetString()!).ToArray();
        var order = config.RootElement.GetProperty("batch_order").EnumerateArray().Select(c => c.GetInt32()).ToArray();
        Inference = SafetensorsFile.Read(At("inference.safetensors"));
        Expected = SafetensorsFile.Read(At("loss.safetensors"));
        // the dictionary's four special symbols come on top of its lines
        var classes = Task.Labels.Select(label => File.ReadAllLines(At($"dict.{label}.txt")).Count(line => line.Length > 0) + 4).ToArray();
        Model = new HubertModel(Config, Task, classes, precision);
        ParameterFile.Read(At("weights_init.safetensors"), Model.Parameters);
        WavePaths = [.. order.Select(i => At("wav", clips[i] + ".wav"))];
        Clips = [.. WavePaths.Select(path => Normalised(ReadWav(path)))];
        Lengths = Inference["lengths"].ToLongs();
    }

    public string Name { get; }

    public ModelConfig Config { get; }

    public TaskConfig Task { get; }

    public CriterionConfig Criterion { get; }

    public HubertModel Model { get; }

    public SafetensorsFile Inference { get; }

    public SafetensorsFile Expected { get; }

    /// <summary>The rows' audio files.</summary>
    public IReadOnlyList<string> WavePaths { get; }

    /// <summary>The rows' samples without padding, normalised where the task says so.</summary>
    public IReadOnlyList<float[]> Clips { get; }

    public long[] Lengths { get; }

    public static IEnumerable<TheoryDataRow<string>> Names() =>
        Fixtures.Matching("hubert_tiny_*").Select(name => new TheoryDataRow<string>(name));

    public string At(params string[] parts) => Fixtures.At([Name, .. parts]);

    /// <summary>[B, S], zeros at the right.</summary>
    public float[] PaddedSource()
    {
        var longest = Clips.Max(c => c.Length);
        var source = new float[Clips.Count * longest];
        for (var row = 0; row < Clips.Count; row++)
            Clips[row].CopyTo(source, row * longest);
        return source;
    }

    /// <summary>The training batch with the mask of one update.</summary>
    public HubertBatch Batch(int update)
    {
        var targets = Enumerable.Range(0, Task.Labels.Count).Select(set => Expected[$"target{set}"].ToLongs()).ToList();
        var masks = Expected["masks"].ToBooleans();
        var perUpdate = masks.Length / (int)Expected["masks"].Shape[0];
        return new HubertBatch(PaddedSource(), Lengths, targets, masks[(update * perUpdate)..((update + 1) * perUpdate)]);
    }

    public void Dispose() => Model.Dispose();

    /// <summary>Large: mean 0 and variance 1 over the whole utterance, eps 1e-5.</summary>
    private float[] Normalised(float[] samples)
    {
        if (!Task.Normalize)
            return samples;
        var mean = samples.Average(s => (double)s);
        var variance = samples.Average(s => (s - mean) * (s - mean));
        return [.. samples.Select(s => (float)((s - mean) / Math.Sqrt(variance + 1e-5)))];
    }

    /// <summary>PCM16 WAV, read here in the plainest way: the audio reader has tests of its own.</summary>
    private static float[] ReadWav(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var at = 12;
        while (BitConverter.ToUInt32(bytes, at) != 0x61746164) // "data"
            at += 8 + BitConverter.ToInt32(bytes, at + 4);
        var count = BitConverter.ToInt32(bytes, at + 4) / 2;
        return [.. Enumerable.Range(0, count).Select(i => BitConverter.ToInt16(bytes, at + 8 + 2 * i) / 32768f)];
    }
}
