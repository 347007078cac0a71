using HubertSharp.Runs.Arrays;
using Microsoft.ML.OnnxRuntime;

namespace HubertSharp.Onnx;

/// <summary>
/// A SpeechTokenizer that 'hubert tokenizer convert --to onnx' wrote, run by ONNX Runtime: speech to codes and back without libtorch.
/// Thread-safe. Recordings are computed as a whole. N quantisers, S samples, T = ceil(S / hop) frames.
/// </summary>
public sealed class OnnxTokenizer : IDisposable
{
    private const string EncoderKind = "encoder", DecoderKind = "decoder", Ending = ".onnx";

    private readonly InferenceSession _encoder, _decoder;
    private readonly RunOptions _run = new();
    private readonly string _decoderPath;

    private OnnxTokenizer(string decoderPath, InferenceSession encoder, InferenceSession decoder, OnnxTokenizerInfo info) =>
        (_decoderPath, _encoder, _decoder, Info) = (decoderPath, encoder, decoder, info);

    public OnnxTokenizerInfo Info { get; }

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
        (InferenceSession Session, OnnxTokenizerInfo Info) Half(string path, string kind) =>
            OnnxSessions.Open(path, threads, (session, metadata) => (session, OnnxTokenizerInfo.Read(path, kind, metadata)));
        var encoder = Half(encoderPath, EncoderKind);
        try
        {
            var decoder = Half(decoderPath, DecoderKind);
            if (decoder.Info == encoder.Info)
                return new OnnxTokenizer(decoderPath, encoder.Session, decoder.Session, encoder.Info);
            decoder.Session.Dispose();
            throw OnnxFaults.OtherHalf(decoderPath, "their frames or codes differ", $"{encoder.Info}", $"{decoder.Info}");
        }
        catch
        {
            encoder.Session.Dispose();
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
        using var input = OrtValue.CreateTensorValueFromMemory(samples.ToArray(), [1, samples.Length]);
        using var results = _encoder.Run(_run, ["samples"], [input], ["codes"]);
        var codes = results[0].GetTensorDataAsSpan<long>();
        var frames = codes.Length / Info.Quantizers;
        var rows = new long[Info.Quantizers][];
        for (var row = 0; row < rows.Length; row++)
            rows[row] = codes.Slice(row * frames, frames).ToArray();
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
        using var input = OrtValue.CreateTensorValueFromMemory(codes.SelectMany(row => row).ToArray(), [codes.Count, 1, frames]);
        using var from = OrtValue.CreateTensorValueFromMemory<long>(new long[] { first - 1 }, [1]);
        using var results = _decoder.Run(_run, ["codes", "first"], [input, from], ["waveform"]);
        var samples = results[0].GetTensorDataAsSpan<float>().ToArray();
        return FiniteNumbers.IndexOfOther(samples) is >= 0 and var i
            ? throw OnnxFaults.NotFinite(_decoderPath, "waveform", samples[i])
            : samples;
    }

    public void Dispose()
    {
        _run.Dispose();
        _encoder.Dispose();
        _decoder.Dispose();
    }
}
