using HubertSharp.Runs;

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

    /// <summary>Text of a CTC model; a token at a cut is read once.</summary>
    /// <exception cref="UserException">No CTC model, or a bad chunk.</exception>
    public static string Transcribe(OnnxHubert model, ISampleSource source, ChunkOptions? options = null,
        IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        model.Expect(OnnxModelKind.Ctc);
        return CtcText.Greedy(Blocks<float>(model, source, ["logits"], options ?? new ChunkOptions(), progress, cancellation)
            .SelectMany(block => block.Values[0]).ToArray(), model.Info);
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
        var (frames, chunkFrames, nearFrames) = (info.Frames(beginning.Length), FramesIn(chunks.Seconds, info),
            FramesIn(chunks.OverlapSeconds, info));
        var whole = new ChunkOptions { Seconds = seconds + 1, OverlapSeconds = 0 };
        if (info.Kind == OnnxModelKind.Units)
            return StreamDifference.OfUnits(
                All<long>(whole, "units"), All<long>(chunks, "units"), frames, chunkFrames, nearFrames, seconds);
        var output = info.Kind == OnnxModelKind.Ctc ? "logits" : $"layer_{layer ?? info.Layers[^1]}";
        return StreamDifference.OfNumbers(All<float>(whole, output), All<float>(chunks, output), frames, chunkFrames, nearFrames, seconds);

        T[] All<T>(ChunkOptions with, string name)
            where T : unmanaged => [.. Blocks<T>(model, beginning, [name], with, null, cancellation).SelectMany(block => block.Values[0])];
    }

    private static long FramesIn(double seconds, OnnxModelInfo info) =>
        (long)Math.Clamp(seconds * info.SampleRate / info.StrideSamples, -1, 1 << 21);

    private static IEnumerable<FrameBlock<T>> Blocks<T>(OnnxHubert model, ISampleSource source, IReadOnlyCollection<string> outputs,
        ChunkOptions options, IProgress<StageProgress>? progress, CancellationToken cancellation)
        where T : unmanaged
    {
        var info = model.Info;
        var (chunk, overlap) = (FramesIn(options.Seconds, info), FramesIn(options.OverlapSeconds, info));
        if (chunk < 1 || overlap < 0 || !double.IsFinite(options.Seconds) || chunk > 1 << 20 || overlap > chunk / 2)
            throw OnnxFaults.Chunk(options.Seconds, options.OverlapSeconds);
        var total = info.Frames(source.Length);
        if (total == 0)
            throw OnnxFaults.TooShort(source.Length, info.ReceptiveSamples);
        var statistics = info.Normalize ? Statistics(source, info, cancellation) : null;
        return Run();

        IEnumerable<FrameBlock<T>> Run()
        {
            for (var first = 0L; first < total; first += chunk)
            {
                cancellation.ThrowIfCancellationRequested();
                var (end, from, to) = (Math.Min(first + chunk, total), Math.Max(0, first - overlap),
                    Math.Min(first + chunk + overlap, total));
                var start = from * info.StrideSamples;
                // the last chunk hears the samples behind its last frame too, as the whole recording does
                var stop = to == total ? source.Length : ((to - 1) * info.StrideSamples) + info.ReceptiveSamples;
                var samples = new float[stop - start];
                source.Read(start, samples);
                statistics?.Apply(samples, info.NormalizeEpsilon);
                var frames = (int)(end - first);
                var values = model.Run<T>(samples, outputs).Select(output =>
                {
                    var perFrame = output.Length / (int)(to - from);
                    return output.AsSpan((int)(first - from) * perFrame, frames * perFrame).ToArray();
                });
                yield return new FrameBlock<T>(first, frames, [.. values]);
                progress?.Report(new StageProgress(end, total, "frames"));
            }
        }
    }

    private static WaveformStatistics Statistics(ISampleSource source, OnnxModelInfo info, CancellationToken cancellation)
    {
        var statistics = new WaveformStatistics();
        var piece = new float[info.SampleRate * 10];
        for (var start = 0L; start < source.Length; start += piece.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            var part = piece.AsSpan(0, (int)Math.Min(piece.Length, source.Length - start));
            source.Read(start, part);
            statistics.Add(part);
        }
        return statistics;
    }

    private sealed class Beginning(ISampleSource source, long length) : ISampleSource
    {
        public long Length { get; } = length;

        public void Read(long start, Span<float> samples) => source.Read(start, samples);
    }
}
