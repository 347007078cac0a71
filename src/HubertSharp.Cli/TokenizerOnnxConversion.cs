using System.Globalization;
using HubertSharp.Interop;
using HubertSharp.Onnx;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.SpeechTokenizer;
using HubertSharp.SpeechTokenizer.Onnx;
using static TorchSharp.torch;

namespace HubertSharp.Cli;

/// <summary>Exports a tokenizer and compares what ONNX Runtime makes of it with what libtorch does.</summary>
internal static class TokenizerOnnxConversion
{
    /// <summary>Other orders of additions, through a deep stack.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>
    /// Where two codes are as near as rounding tells, either may be chosen, and what it leaves changes the codes behind it.
    /// </summary>
    private const double MostOtherCodes = 0.005;

    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="model">The same, ready to compute.</param>
    /// <param name="folder">Where to write.</param>
    /// <param name="force">Replace what is there.</param>
    /// <returns>What the comparison showed; what did not pass it is not kept.</returns>
    /// <exception cref="UserException">The two differ by more than rounding, something is there already, or something
    /// else than an ONNX file, or the disk is full.</exception>
    public static string Run(PortableTokenizer tokenizer, TokenizerModel model, string folder, bool force)
    {
        DiskSync.CreateFolder(folder);
        foreach (var name in (string[])[TokenizerMark.EncoderName, TokenizerMark.DecoderName])
            OutputKind.OnnxModel.PlaceOf(Path.Combine(folder, name)); // something else under that name stays, whatever is asked for
        return OutputPlace.Fill(Path.Combine(folder, TokenizerMark.EncoderName), force, encoder =>
            OutputPlace.Fill(Path.Combine(folder, TokenizerMark.DecoderName), force, decoder =>
            {
                TokenizerExporter.WriteEncoder(encoder, tokenizer);
                TokenizerExporter.WriteDecoder(decoder, tokenizer);
                return Compared(tokenizer, model, encoder, decoder);
            }));
    }

    private static string Compared(PortableTokenizer tokenizer, TokenizerModel model, string encoder, string decoder)
    {
        using var onnx = OnnxTokenizer.Open(encoder, decoder, threads: 0);
        var clip = TestClip.Create(model.Config.SampleRate);
        using var scope = NewDisposeScope();
        var codes = model.Encode(tensor(clip, [1, 1, clip.Length]));
        long[] expected = codes.data<long>().ToArray(), found = [.. onnx.Encode(clip).SelectMany(row => row)];
        var other = expected.Zip(found).Count(pair => pair.First != pair.Second);
        var waveform = model.Decode(codes).data<float>().ToArray();
        var largest = Math.Max(1f, waveform.Max(sample => Math.Abs(sample)));
        var apart = waveform.Zip(onnx.Decode([.. expected.Chunk(expected.Length / model.Config.Quantizers)]),
            (x, y) => (double)Math.Abs(x - y)).Max();
        if (found.Length != expected.Length || other > MostOtherCodes * expected.Length)
            throw InteropFaults.OtherCodes(tokenizer.Path, other, expected.Length);
        return apart <= Tolerance * largest
            ? string.Create(CultureInfo.InvariantCulture,
                $"on {clip.Length / (double)model.Config.SampleRate:0.0} s of audio {expected.Length - other} of "
                + $"{expected.Length} codes are "
                + $"the same; the waveforms differ by at most {apart:0.0e+0}, tolerance {Tolerance * largest:0.0e+0}")
            : throw InteropFaults.OtherWaveform(tokenizer.Path, apart, Tolerance * largest);
    }
}
