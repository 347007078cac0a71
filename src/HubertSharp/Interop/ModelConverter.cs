using HubertSharp.Audio;
using HubertSharp.Interop.Fairseq;
using HubertSharp.Interop.HuggingFace;
using HubertSharp.Interop.Native;
using HubertSharp.Models.Ctc;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Files;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.Interop;

/// <summary>
/// Converts a model into another form, reads the result back and compares both on a clip. What is not equivalent is not left
/// behind: the output is written beside its place and moved there when it has passed.
/// </summary>
public static class ModelConverter
{
    /// <exception cref="UserException">The input cannot be read, the output is there already or cannot be written, or the two differ by
    /// more than the tolerance.</exception>
    public static ConversionReport Run(ConversionOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var source = ModelReader.Read(options.Input, withTraining: options.Format == ModelFormat.Fairseq);
        if (options is { Force: true, Format: ModelFormat.Fairseq })
            OutputKind.TorchModel.PlaceOf(options.Output);
        else if (options.Force)
            UsersFiles.CheckNames(options.Output);
        return OutputPlace.Fill(options.Output, options.Force, place =>
        {
            switch (options.Format)
            {
                case ModelFormat.Native:
                    NativeWriter.Write(place, source);
                    break;
                case ModelFormat.Fairseq:
                    FairseqWriter.Write(place, source, options.DictionaryObjects, options.Force, options.Output);
                    break;
                case ModelFormat.HuggingFace:
                    HuggingFaceWriter.Write(place, source, options.LegacyWeightNorm, options.TorchFile);
                    ModelCard.Write(place, source, options.Licence);
                    break;
                default:
                    throw new ArgumentException($"{options.Format} is written by OnnxExporter", nameof(options));
            }
            cancellation.ThrowIfCancellationRequested();
            var report = Compare(source, ModelReader.Read(place), options);
            return report.IsEquivalent ? report : throw InteropFaults.NotEquivalent(options.Output, report);
        });
    }

    private static ConversionReport Compare(PortableModel source, PortableModel written, ConversionOptions options)
    {
        var clip = options.Clip ?? TestClip.Create(source.Description.Task.SampleRate);
        var bitEqual = written.Weights.Count(weight => IsBitEqual(source.Weights.GetValueOrDefault(weight.Key), weight.Value));
        var (reference, other) = (Outputs(source, clip), Outputs(written, clip));
        return new ConversionReport
        {
            Input = source.Path,
            InputFormat = source.Format,
            Output = options.Output,
            OutputFormat = options.Format,
            Parameters = source.Weights.Values.Sum(w => w.Count) + (source.Ctc is { } head ? head.Weight.Count + head.Bias.Count : 0),
            BitEqualTensors = bitEqual,
            Tensors = written.Weights.Count,
            ClipSeconds = (double)clip.Length / source.Description.Task.SampleRate,
            Outputs = [.. reference.Zip(other, (a, b) => OutputDifference.Of(a.Name, a.Values, b.Values))],
            Tolerance = options.Tolerance,
            Notices = source.Notices,
        };
    }

    /// <summary>The same numbers: half precision written out as float32 counts.</summary>
    private static bool IsBitEqual(SafetensorsTensor? a, SafetensorsTensor b) =>
        a is not null
        && (a.DType == b.DType ? a.Bytes.Span.SequenceEqual(b.Bytes.Span) : a.ToSingles().AsSpan().SequenceEqual(b.ToSingles()));

    /// <summary>Every layer of a model for a clip, the normalised output, and CTC's logits, all row by row.</summary>
    public static IReadOnlyList<(string Name, float[] Values)> Outputs(PortableModel portable, float[] clip)
    {
        ArgumentNullException.ThrowIfNull(portable);
        using var model = portable.Build(ComputePrecision.Float32);
        using var scope = NewDisposeScope();
        var input = clip.ToArray();
        if (portable.Description.Task.Normalize)
            WaveformNorm.Apply(input);
        float[] Values(Tensor x) => x.cpu().contiguous().data<float>().ToArray();
        var outputs = model.ExtractLayers(input).Select((layer, i) => ($"layer {i + 1}", Values(layer))).ToList();
        var last = model.ExtractFeatures(input);
        outputs.Add(("last", Values(last)));
        if (portable.Ctc is { } head)
            outputs.Add(("ctc logits", Values(CtcLayer.Logits(head, last))));
        return outputs;
    }
}
