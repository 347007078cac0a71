using HubertSharp.Runs.Alphabets;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Chunks;
using Microsoft.ML.OnnxRuntime;

namespace HubertSharp.Onnx;

// B rows, S samples, T frames, D width, V tokens.

/// <summary>
/// A HuBERT that 'hubert convert --to onnx' wrote, run by ONNX Runtime: features, units or text without libtorch. Thread-safe.
/// </summary>
public sealed class OnnxHubert : IDisposable
{
    private const string SamplesInput = "input_values", LengthsInput = "lengths";

    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _path;

    private OnnxHubert(string path, InferenceSession session, OnnxModelInfo info) => (_path, _session, Info) = (path, session, info);

    public OnnxModelInfo Info { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="path">The <c>.onnx</c>.</param>
    /// <param name="threads">Threads of one operator; 0 takes all cores.</param>
    /// <exception cref="Runs.UserException">Missing, damaged, not made by us, or with weights that are NaN or infinite.</exception>
    public static OnnxHubert Open(string path, int threads = 0) => OnnxSessions.Open(path, threads,
        (session, metadata) => new OnnxHubert(path, session, OnnxModelInfo.Read(path, metadata)));

    /// <summary>Layers of one clip.</summary>
    /// <param name="samples">[S] mono samples in [-1, 1] at the model's rate; normalised here where the model asks for it.</param>
    /// <param name="layers">Layers, counted from 1.</param>
    /// <returns>Per layer asked for, [T, D] row by row.</returns>
    /// <exception cref="Runs.UserException">A layer that the model does not give, or a clip without a frame.</exception>
    public IReadOnlyList<float[]> Features(ReadOnlySpan<float> samples, IReadOnlyList<int> layers)
    {
        Expect(OnnxModelKind.Encoder);
        foreach (var layer in layers)
        {
            if (!Info.Layers.Contains(layer))
                throw OnnxFaults.Layer(_path, layer, Info.Layers);
        }
        return Run<float>(Prepared(samples), [.. layers.Select(layer => $"layer_{layer}")]);
    }

    /// <summary>The cluster of each frame of one clip.</summary>
    /// <returns>[T].</returns>
    /// <exception cref="Runs.UserException">No units model, or a clip without a frame.</exception>
    public long[] Units(ReadOnlySpan<float> samples)
    {
        Expect(OnnxModelKind.Units);
        return Run<long>(Prepared(samples), ["units"])[0];
    }

    /// <summary>Scores of tokens for one clip.</summary>
    /// <returns>[T, V] row by row.</returns>
    /// <exception cref="Runs.UserException">No CTC model, or a clip without a frame.</exception>
    public float[] Logits(ReadOnlySpan<float> samples)
    {
        Expect(OnnxModelKind.Ctc);
        return Run<float>(Prepared(samples), ["logits"])[0];
    }

    /// <summary>The text of one clip: the best token of each frame, repeats and blanks left out.</summary>
    /// <exception cref="Runs.UserException">No CTC model, or a clip without a frame.</exception>
    public string Transcribe(ReadOnlySpan<float> samples)
    {
        var path = new GreedyRuns(Info.Alphabet);
        path.Add(Logits(samples));
        return path.Text;
    }

    /// <summary>Outputs of a padded batch, as the graph computes it.</summary>
    /// <typeparam name="T">float, or long for units.</typeparam>
    /// <param name="source">[B, S] samples, normalised where the model asks for it, zeros after a row's length.</param>
    /// <param name="lengths">[B] samples of each row.</param>
    /// <param name="outputs">Names: <c>layer_N</c>, <c>units</c>, <c>logits</c>.</param>
    /// <returns>Per output, row by row.</returns>
    /// <exception cref="Runs.UserException">Rows without a frame, or a model whose numbers are not finite.</exception>
    public IReadOnlyList<T[]> RunBatch<T>(float[] source, long[] lengths, IReadOnlyCollection<string> outputs)
        where T : unmanaged
    {
        var samplesPerRow = source.Length / lengths.Length;
        if (samplesPerRow * lengths.Length != source.Length)
            throw new ArgumentException($"{source.Length} samples do not make {lengths.Length} rows", nameof(source));
        if (Info.Frames(samplesPerRow) == 0)
            throw OnnxFaults.TooShort(samplesPerRow, Info.ReceptiveSamples);
        using var input = OrtValue.CreateTensorValueFromMemory(source, [lengths.Length, samplesPerRow]);
        using var rows = OrtValue.CreateTensorValueFromMemory(lengths, [lengths.Length]);
        using var results = _session.Run(_run, [SamplesInput, LengthsInput], [input, rows], outputs);
        var values = results.Select(result => result.GetTensorDataAsSpan<T>().ToArray()).ToArray();
        foreach (var (name, output) in outputs.Zip(values))
        {
            if (output is float[] numbers
                && FiniteNumbers.IndexOfOther(numbers) is >= 0 and var i
                && FiniteNumbers.IndexOfOther(source) < 0)
                throw OnnxFaults.NotFinite(_path, name, numbers[i]);
        }
        return values;
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    /// <summary>Chunks that a caller has normalised already.</summary>
    internal IReadOnlyList<T[]> Run<T>(float[] prepared, IReadOnlyCollection<string> outputs)
        where T : unmanaged => RunBatch<T>(prepared, [prepared.Length], outputs);

    internal void Expect(OnnxModelKind kind)
    {
        if (Info.Kind != kind)
            throw OnnxFaults.Kind(_path, $"{kind}", $"{Info.Kind}");
    }

    private float[] Prepared(ReadOnlySpan<float> samples)
    {
        var copy = samples.ToArray();
        if (Info.Normalize)
        {
            var statistics = new WaveformStatistics();
            statistics.Add(copy);
            statistics.Apply(copy, Info.NormalizeEpsilon);
        }
        return copy;
    }
}
