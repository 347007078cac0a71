using System.Collections.Concurrent;
using HubertSharp.Features;
using HubertSharp.Features.Acoustic;
using HubertSharp.Features.Hubert;
using HubertSharp.Interop;
using HubertSharp.Models;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Training;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>Computes a teacher's features of whole recordings: layers of a HuBERT, on the processor, or MFCCs. Thread-safe.</summary>
internal sealed class TeacherExtractor : IDisposable
{
    private const long SamplesInWork = 1_600_000;

    private readonly HubertModel? _model; // null: MFCCs
    private readonly HubertFeatureExtractor? _extractor;
    private readonly Func<float[], float[]> _compute;
    private readonly SampleBudget _budget = new(SamplesInWork);
    private readonly ConcurrentBag<AcousticExtractor> _acoustic = [];

    private TeacherExtractor(TokenizerTrainingConfig config)
    {
        var (teacher, named) = (config.Task.Teacher, config.Task.TeacherLayer);
        Place = teacher;
        if (teacher == TokenizerTaskConfig.Mfcc)
        {
            (Description, _compute) = (AcousticSettings.Mfcc.Description, Acoustic);
            return;
        }
        var portable = ModelReader.Read(teacher);
        _model = portable.Build(PrecisionChoice.OnProcessor(config.Common));
        try
        {
            var extractor = _extractor = new HubertFeatureExtractor(_model);
            var identity = ModelIdentity.Of(portable);
            if (LayerMix.Parse(named) is { } mix)
            {
                if (mix.Deepest > extractor.Layers)
                    throw TokenizerTrainingFaults.TeacherLayer(teacher, named, extractor.Layers);
                (Description, _compute) = (extractor.Describe(mix, identity), samples => extractor.Extract(samples, mix));
            }
            else
            {
                var layer = LayerOf(config.Task, extractor.Layers);
                (Description, _compute) = (extractor.Describe(layer, identity), samples => extractor.Extract(samples, [layer])[0]);
            }
        }
        catch
        {
            _model.Dispose();
            throw;
        }
    }

    /// <summary>What <c>task.teacher</c> says.</summary>
    public string Place { get; }

    public FeatureDescription Description { get; }

    /// <param name="config">Names the teacher.</param>
    /// <exception cref="UserException">No such model or layer.</exception>
    public static TeacherExtractor Open(TokenizerTrainingConfig config) => new(config);

    /// <summary>Frames of each recording.</summary>
    /// <exception cref="UserException">A recording is too short for one MFCC.</exception>
    public int[] Frames(ManifestShard split) => _extractor is { } extractor
        ? [.. Enumerable.Range(0, split.Count).Select(i => extractor.Frames(split.Samples(i)))]
        : split.Frames(AcousticSettings.FramesOf, AcousticSettings.WindowSamples);

    /// <summary>A recording's features, [T, E]. It waits where other threads have as much in work as memory is meant for.</summary>
    /// <exception cref="UserException">Missing or damaged audio.</exception>
    public float[] Compute(ManifestShard split, int utterance, CancellationToken cancellation)
    {
        using var share = _extractor is { } extractor
            ? _budget.Take(Math.Min(split.Samples(utterance), extractor.ChunkSamples), cancellation)
            : null;
        return _compute(split.Read(utterance, cancellation));
    }

    public void Dispose()
    {
        _model?.Dispose();
        foreach (var extractor in _acoustic)
            extractor.Dispose();
    }

    private float[] Acoustic(float[] samples)
    {
        if (!_acoustic.TryTake(out var extractor))
            extractor = new AcousticExtractor(AcousticSettings.Mfcc);
        var features = extractor.Compute(samples);
        _acoustic.Add(extractor);
        return features;
    }

    private static int LayerOf(TokenizerTaskConfig task, int layers) =>
        int.TryParse(task.TeacherLayer, out var layer) && layer >= 1 && layer <= layers ? layer
        : throw TokenizerTrainingFaults.TeacherLayer(task.Teacher, task.TeacherLayer, layers);
}
