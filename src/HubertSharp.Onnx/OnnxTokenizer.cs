using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Chunks;
using Microsoft.ML.OnnxRuntime;

namespace HubertSharp.Onnx;

/// <summary>
/// A SpeechTokenizer that 'hubert tokenizer convert --to onnx' wrote, run by ONNX Runtime: speech to codes and back without libtorch.
/// Thread-safe. Recordings are computed as a whole, or in chunks and in memory of one. N quantisers, S samples, T = ceil(S / hop) frames.
/// </summary>
public sealed class OnnxTokenizer : IDisposable
{
    private const string EncoderKind = "encoder", DecoderKind = "decoder", Ending = ".onnx", Samples = "samples", Codes = "codes",
        Waveform = "waveform";

    private readonly OnnxTokenizerHalf _encoder, _decoder;

    private OnnxTokenizer(OnnxTokenizerHalf encoder, OnnxTokenizerHalf decoder) => (_encoder, _decoder) = (encoder, decoder);

    public OnnxTokenizerInfo Info => _encoder.Info;

    /// <summary>Loads a tokenizer.</summary>
    /// <param name="folder">With <c>encoder.onnx</c> and <c>decoder.onnx</c>.</param>
    /// <param name="threads">Threads of one operator; 0 takes all cores.</param>
    /// <exception cref="Runs.UserException">Missing, damaged, not made by us, of two tokenizers, or with weights that are NaN or
    /// infinite.</exception>
    public static OnnxTokenizer Open(string folder, int threads = 0) =>
        Open(Path.Combine(folder, EncoderKind + Ending), Path.Combine(folder, DecoderKind + Ending), threads);

    /// <summary>The same of two files.</summary>
    /// <exception cref="Runs.UserException">As above.</exception>
    public static OnnxTokenizer Open(string encoderPath, string decoderPath, int threads)
    {
        var encoder = OnnxTokenizerHalf.Open(encoderPath, EncoderKind, isEncoder: true, threads);
        try
        {
            var decoder = OnnxTokenizerHalf.Open(decoderPath, DecoderKind, isEncoder: false, threads);
            if (decoder.Info == encoder.Info)
                return new OnnxTokenizer(encoder, decoder);
            decoder.Dispose();
            throw OnnxFaults.OtherHalf(decoderPath, "their frames or codes differ", $"{encoder.Info}", $"{decoder.Info}");
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    /// <summary>The codes of a recording.</summary>
    /// <param name="samples">[S] mono samples in [-1, 1] at the model's rate, at least one.</param>
    /// <returns>[N][T].</returns>
    /// <exception cref="Runs.UserException">No sample.</exception>
    public IReadOnlyList<long[]> Encode(ReadOnlySpan<float> samples)
    {
        if (samples.Length == 0)
            throw OnnxFaults.TooShort(0, 1);
        float[]? state = null;
        var codes = Encode(samples.ToArray(), null, ref state);
        var frames = codes.Length / Info.Quantizers;
        return [.. codes.Chunk(frames)];
    }

    /// <summary>
    /// The codes of a recording of any length, in memory of one chunk beside the codes: those of the whole recording, but for what an
    /// encoder that hears both directions remembers of what comes later than the overlap.
    /// </summary>
    /// <param name="source">At the model's rate, at least one sample.</param>
    /// <param name="chunks">How it is cut, and how far the backward direction looks ahead; null for chunks of 30 s and 5 s ahead.</param>
    /// <param name="cancellation">Stops between two chunks.</param>
    /// <returns>[N][T].</returns>
    /// <exception cref="Runs.UserException">No sample, a bad chunk, or an export that takes no pieces.</exception>
    public IReadOnlyList<long[]> Encode(ISampleSource source, ChunkOptions? chunks = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Length == 0)
            throw OnnxFaults.TooShort(0, 1);
        var plan = Plan(chunks, source.Length, Info.Frames(source.Length));
        var pieces = new NetworkPieces(plan, source.Length, _encoder.Reach);
        long[][] rows = [.. Enumerable.Range(0, Info.Quantizers).Select(_ => new long[plan.Frames])];
        float[]? state = null;
        for (var i = 0; i < plan.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var piece = pieces.Next(i);
            var samples = new float[piece.Inputs];
            source.Read(piece.Input, samples);
            var codes = Encode(samples, piece, ref state);
            var frames = codes.Length / rows.Length;
            for (var row = 0; row < rows.Length; row++)
                codes.AsSpan((row * frames) + piece.From, piece.Kept).CopyTo(rows[row].AsSpan((int)plan[i].FirstFrame));
        }
        return rows;
    }

    /// <summary>The speech of codes.</summary>
    /// <param name="codes">A row of frames for each of some quantisers that follow one another.</param>
    /// <param name="first">The quantiser of the first row, from 1.</param>
    /// <returns>[T × hop].</returns>
    /// <exception cref="Runs.UserException">Quantisers or codes that there are not, rows of different lengths, or a model whose numbers
    /// are not finite.</exception>
    public float[] Decode(IReadOnlyList<long[]> codes, int first = 1)
    {
        Check(codes, first);
        float[]? state = null;
        return Decode([.. codes.SelectMany(row => row)], codes.Count, first, null, ref state);
    }

    /// <summary>The same piece by piece, in memory of one: up to rounding the samples of the whole.</summary>
    /// <param name="codes">A row of frames for each of some quantisers that follow one another.</param>
    /// <param name="chunks">How long the pieces are; null for 30 s.</param>
    /// <param name="first">The quantiser of the first row, from 1.</param>
    /// <param name="cancellation">Stops between two pieces.</param>
    /// <returns>The next samples each time.</returns>
    /// <exception cref="Runs.UserException">As above, a bad chunk, or an export that takes no pieces.</exception>
    public IEnumerable<float[]> DecodeInChunks(
        IReadOnlyList<long[]> codes, ChunkOptions? chunks = null, int first = 1, CancellationToken cancellation = default)
    {
        Check(codes, first);
        var frames = codes[0].Length;
        var plan = Plan(chunks, (long)frames * Info.Hop, frames);
        return Pieces(plan, new NetworkPieces(plan, frames, _decoder.Reach));

        IEnumerable<float[]> Pieces(ChunkPlan plan, NetworkPieces pieces)
        {
            float[]? state = null;
            for (var i = 0; i < plan.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                var piece = pieces.Next(i);
                long[] part = [.. codes.SelectMany(row => row.Skip((int)piece.Input).Take(piece.Inputs))];
                yield return Decode(part, codes.Count, first, piece, ref state).AsSpan(piece.From, piece.Kept).ToArray();
            }
        }
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
    }

    private ChunkPlan Plan(ChunkOptions? chunks, long samples, long frames) =>
        new(chunks ?? ChunkOptions.OfTokenizers, samples, frames, Info.Hop, Info.Hop, Info.SampleRate);

    private void Check(IReadOnlyList<long[]> codes, int first)
    {
        ArgumentNullException.ThrowIfNull(codes);
        if (codes.Count == 0 || first < 1 || first + codes.Count - 1 > Info.Quantizers)
            throw OnnxFaults.Quantizers(first, codes.Count, Info.Quantizers);
        var frames = codes[0].Length;
        if (frames == 0)
            throw OnnxFaults.TooShort(0, 1);
        for (var row = 0; row < codes.Count; row++)
        {
            if (codes[row].Length != frames)
                throw OnnxFaults.Rows(frames, codes[row].Length);
            if (Array.FindIndex(codes[row], code => code < 0 || code >= Info.CodebookSize) is >= 0 and var frame)
                throw OnnxFaults.Code(first + row, frame, codes[row][frame], Info.CodebookSize);
        }
    }

    // [N, T] one row after the other
    private long[] Encode(float[] samples, NetworkPiece? piece, ref float[]? state)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(samples, [1, samples.Length]);
        return _encoder.Run<long>([(Samples, input)], Codes, piece, ref state);
    }

    private float[] Decode(long[] codes, int rows, int first, NetworkPiece? piece, ref float[]? state)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(codes, [rows, 1, codes.Length / rows]);
        using var from = OrtValue.CreateTensorValueFromMemory<long>(new long[] { first - 1 }, [1]);
        var samples = _decoder.Run<float>([(Codes, input), ("first", from)], Waveform, piece, ref state);
        return FiniteNumbers.IndexOfOther(samples) is >= 0 and var i
            ? throw OnnxFaults.NotFinite(_decoder.Path, Waveform, samples[i])
            : samples;
    }
}
