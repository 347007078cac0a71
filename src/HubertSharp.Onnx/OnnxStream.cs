using HubertSharp.Runs;
using HubertSharp.Runs.Alphabets;
using HubertSharp.Runs.Chunks;

namespace HubertSharp.Onnx;

/// <summary>
/// A recording of any length in memory of one chunk: the model hears a chunk with some sound on both sides, and the frames of the chunk
/// itself are kept. Frames are the same in number and place as those of the whole recording; their numbers differ a little near the cuts,
/// and, in Base models, by the group norm's statistics, which are a chunk's own.
/// </summary>
public static class OnnxStream
{
    /// <summary>Layers of an encoder.</summary>
    /// <exception cref="UserException">No encoder, a layer that it does not give, or a bad chunk.</exception>
    public static IEnumerable<FrameBlock<float>> Features(OnnxHubert model, ISampleSource source, IReadOnlyList<int> layers,
        ChunkOptions? options = null, IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        model.Expect(OnnxModelKind.Encoder);
        return Blocks<float>(model, source, [.. layers.Select(layer => $"layer_{layer}")], options ?? new ChunkOptions(), progress,
            cancellation);
    }

    /// <summary>Clusters of a units model.</summary>
    /// <exception cref="UserException">No units model, or a bad chunk.</exception>
    public static IEnumerable<FrameBlock<long>> Units(OnnxHubert model, ISampleSource source, ChunkOptions? options = null,
        IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        model.Expect(OnnxModelKind.Units);
        return Blocks<long>(model, source, ["units"], options ?? new ChunkOptions(), progress, cancellation);
    }

    /// <summary>Scores of tokens of a CTC model.</summary>
    /// <exception cref="UserException">No CTC model, or a bad chunk.</exception>
    public static IEnumerable<FrameBlock<float>> Logits(OnnxHubert model, ISampleSource source, ChunkOptions? options = null,
        IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        model.Expect(OnnxModelKind.Ctc);
        return Blocks<float>(model, source, ["logits"], options ?? new ChunkOptions(), progress, cancellation);
    }

    /// <summary>Text of a CTC model; a token at a cut is read once.</summary>
    /// <exception cref="UserException">No CTC model, or a bad chunk.</exception>
    public static string Transcribe(OnnxHubert model, ISampleSource source, ChunkOptions? options = null,
        IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        var path = new GreedyRuns(model.Info.Alphabet);
        foreach (var block in Logits(model, source, options, progress, cancellation))
            path.Add(block.Values[0]);
        return path.Text;
    }

    /// <summary>
    /// What cutting costs on a recording's beginning, at most two minutes of it: a model that hears all needs memory for the square of the
    /// frames.
    /// </summary>
    /// <param name="layer">Of an encoder, else not used.</param>
    /// <exception cref="UserException">A layer that the model does not give, or a bad chunk.</exception>
    public static StreamDifference Difference(
        OnnxHubert model, ISampleSource source, int? layer = null, ChunkOptions? options = null, CancellationToken cancellation = default)
    {
        var (info, chunks) = (model.Info, options ?? new ChunkOptions());
        var beginning = new Beginning(source, Math.Min(source.Length, 120L * info.SampleRate));
        var seconds = (double)beginning.Length / info.SampleRate;
        var frames = info.Frames(beginning.Length);
        var plan = PlanOf(info, chunks, beginning.Length);
        var (chunkFrames, nearFrames) = (plan.ChunkFrames, plan.OverlapFrames);
        var whole = new ChunkOptions { Seconds = seconds + 1, OverlapSeconds = 0 };
        if (info.Kind == OnnxModelKind.Units)
            return StreamDifference.OfUnits(
                All<long>(whole, "units"), All<long>(chunks, "units"), frames, chunkFrames, nearFrames, seconds);
        var output = info.Kind == OnnxModelKind.Ctc ? "logits" : $"layer_{layer ?? info.Layers[^1]}";
        return StreamDifference.OfNumbers(All<float>(whole, output), All<float>(chunks, output), frames, chunkFrames, nearFrames, seconds);

        T[] All<T>(ChunkOptions with, string name)
            where T : unmanaged => [.. Blocks<T>(model, beginning, [name], with, null, cancellation).SelectMany(block => block.Values[0])];
    }

    private static ChunkPlan PlanOf(OnnxModelInfo info, ChunkOptions options, long length) => info.Frames(length) is > 0 and var frames
        ? new ChunkPlan(options, length, frames, info.StrideSamples, info.ReceptiveSamples, info.SampleRate)
        : throw OnnxFaults.TooShort(length, info.ReceptiveSamples);

    private static IEnumerable<FrameBlock<T>> Blocks<T>(OnnxHubert model, ISampleSource source, IReadOnlyCollection<string> outputs,
        ChunkOptions options, IProgress<StageProgress>? progress, CancellationToken cancellation)
        where T : unmanaged
    {
        var info = model.Info;
        var plan = PlanOf(info, options, source.Length);
        var statistics = info.Normalize ? WaveformStatistics.Of(source, info.SampleRate * 10, cancellation) : null;
        return Run();

        IEnumerable<FrameBlock<T>> Run()
        {
            for (var i = 0; i < plan.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                var chunk = plan[i];
                var samples = new float[chunk.Samples];
                source.Read(chunk.StartSample, samples);
                statistics?.Apply(samples, info.NormalizeEpsilon);
                var values = model.Run<T>(samples, outputs).Select(output =>
                {
                    var perFrame = output.Length / chunk.HeardFrames;
                    return output.AsSpan(chunk.Skip * perFrame, chunk.Frames * perFrame).ToArray();
                });
                yield return new FrameBlock<T>(chunk.FirstFrame, chunk.Frames, [.. values]);
                progress?.Report(new StageProgress(chunk.FirstFrame + chunk.Frames, plan.Frames, "frames"));
            }
        }
    }

    private sealed class Beginning(ISampleSource source, long length) : ISampleSource
    {
        public long Length { get; } = length;

        public void Read(long start, Span<float> samples) => source.Read(start, samples);
    }
}
