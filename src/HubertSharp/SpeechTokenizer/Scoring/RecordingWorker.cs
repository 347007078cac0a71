using System.Diagnostics;
using HubertSharp.Audio;
using HubertSharp.Audio.Fidelity;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Features;
using HubertSharp.Runs.Chunks;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;
using HubertSharp.Tensors;
using TorchSharp;

namespace HubertSharp.SpeechTokenizer.Scoring;

/// <summary>Scores one recording after the other on one thread; only what a report needs of them stays.</summary>
/// <param name="model">The tokenizer.</param>
/// <param name="options">What is measured.</param>
/// <param name="counts">Numbers of quantisers to decode from.</param>
/// <param name="manifest">The recordings.</param>
/// <param name="examples">Keeps recordings for the pages.</param>
internal sealed class RecordingWorker(
    TokenizerModel model, TokenizerScoringOptions options, IReadOnlyList<int> counts, Manifest manifest, ExampleRecordings? examples)
    : IDisposable
{
    private const string Original = "original.wav", Copy = "reconstruction.wav"; // what programs of the user's are given

    // a GPU has one worker, which is not held to one thread
    private readonly IDisposable? _limit = model.Device.type == DeviceType.CPU ? TorchRuntime.SingleThreaded() : null;
    private readonly RecogniserTexts? _texts = options.Recogniser is { } recogniser ? new RecogniserTexts(recogniser) : null;
    private readonly SpeechCoder _coder = new(model, options.Chunks);

    /// <exception cref="Runs.UserException">Missing or damaged audio.</exception>
    public RecordingScores Score(int index, CancellationToken cancellation)
    {
        var samples = ManifestAudio.Read(options.ManifestPath, manifest, index, cancellation);
        var rate = model.Config.SampleRate;
        var started = Stopwatch.GetTimestamp();
        var codes = _coder.Encode(new Recording(samples), new QuantizerRange(1, model.Config.Quantizers), cancellation: cancellation);
        var encoding = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var original = new FidelityOriginal(Array.ConvertAll(samples, sample => (double)sample), rate);
        examples?.Keep(index, 0, samples);
        var name = UtteranceIndex.NameOf(manifest.Entries[index].RelativePath);
        using var work = options.Measures.Count > 0 ? WorkFolder.Temporary("measures") : null;
        if (work is not null)
            AudioFile.Write(work.At(Original), samples, rate);
        var copies = new List<CopyScores>();
        foreach (var count in counts)
        {
            cancellation.ThrowIfCancellationRequested();
            started = Stopwatch.GetTimestamp();
            float[] copy = [.. _coder.Decode(codes.Part(new QuantizerRange(1, count)), cancellation).SelectMany(piece => piece)];
            var decoding = Stopwatch.GetElapsedTime(started).TotalSeconds;
            examples?.Keep(index, count, copy);
            copies.Add(new CopyScores(SpeechFidelity.Of(original, Array.ConvertAll(copy, sample => (double)sample)), decoding,
                _texts?.Of(copy), Measured(work, copy, rate, name, cancellation)));
        }
        return new RecordingScores(name, samples.Length, codes, encoding, _texts?.Of(samples), copies);
    }

    public void Dispose() => _limit?.Dispose();

    private Dictionary<string, double> Measured(
        WorkFolder? work, float[] copy, int rate, string name, CancellationToken cancellation)
    {
        if (work is null)
            return [];
        AudioFile.Write(work.At(Copy), copy, rate);
        return options.Measures.ToDictionary(measure => measure.Name,
            measure => measure.Of(work.At(Original), work.At(Copy), name, cancellation), StringComparer.Ordinal);
    }

    private sealed class Recording(float[] samples) : ISampleSource
    {
        public long Length => samples.Length;

        public void Read(long start, Span<float> target) => samples.AsSpan((int)start, target.Length).CopyTo(target);
    }
}
