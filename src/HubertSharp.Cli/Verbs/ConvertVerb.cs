using System.CommandLine;
using System.Globalization;
using HubertSharp.Audio;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Interop;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert convert</c>: a model into another program's form, and the proof that it is the same model.</summary>
internal static class ConvertVerb
{
    public static Command Create()
    {
        var input = new Argument<string>("IN") { Description = "Checkpoint or run folder, fairseq .pt, or Hugging Face folder." };
        var output = new Argument<string>("OUT") { Description = "Folder (native, huggingface) or file (fairseq, onnx) to write." };
        var to = new Option<string>("--to") { Description = "native, huggingface, fairseq or onnx.", Required = true };
        to.AcceptOnlyFromAmong("native", "huggingface", "fairseq", "onnx");
        var clip = new Option<string?>("--clip")
        {
            Description = "Recording that both models are compared on; without one, four made-up seconds.",
        };
        var tolerance = new Option<double?>("--tolerance")
        {
            Description = $"Largest difference of any number of any layer that passes. Default {ConversionOptions.DefaultTolerance}, "
                + $"onnx {OnnxConversion.DefaultTolerance}, with --int8 {OnnxConversion.DefaultInt8Tolerance} relative.",
        };
        var force = new Option<bool>("--force") { Description = "Replace what is there." };
        var legacy = new Option<bool>("--legacy-weight-norm")
        {
            Description = "huggingface: weight_g and weight_v, as transformers wrote before torch 2.1.",
        };
        var bin = new Option<bool>("--bin") { Description = "huggingface: pytorch_model.bin instead of model.safetensors." };
        var licence = new Option<string?>("--licence")
        {
            Description = "huggingface: the licence in the model card, as the hub spells it (cc-by-sa-4.0).",
        };
        var objects = new Option<bool>("--dictionary-objects")
        {
            Description = "fairseq: the dictionaries as objects inside, which torch.load(weights_only=True) refuses.",
        };
        var layer = new Option<int[]>("--layer")
        {
            Description = "onnx: layers that become outputs; nothing deeper is computed. Default: all.",
            AllowMultipleArgumentsPerToken = true,
        };
        var kmeans = new Option<string?>("--kmeans") { Description = "onnx: k-means model; the output is each frame's cluster." };
        var convention = ModelOptions.Convention();
        var int8 = new Option<bool>("--int8")
        {
            Description = "onnx: matrix products in 8 bits (dynamic quantisation); its error is printed.",
        };
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table." };
        var command = new Command("convert", "Write a model in another program's form, and prove that it is the same model.")
        {
            input, output, to, clip, tolerance, force, legacy, bin, licence, objects, layer, kmeans, convention, int8, json,
        };
        command.WithExample("hubert convert hubert_base_ls960.pt models/base --to native");
        command.WithExample("hubert convert runs/iteration2 models/hubert-zh --to huggingface --licence cc-by-sa-4.0");
        command.WithExample("hubert convert runs/iteration1 units.onnx --to onnx --kmeans km.safetensors");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            var format = Enum.Parse<ModelFormat>(parsed.GetValue(to)!, ignoreCase: true);
            var options = new ConversionOptions
            {
                Input = parsed.GetValue(input)!,
                Output = parsed.GetValue(output)!,
                Format = format,
                Force = parsed.GetValue(force),
                Clip = parsed.GetValue(clip) is { } path ? AudioFile.Read(path, cancellation) : null,
                Tolerance = parsed.GetValue(tolerance) ?? (format != ModelFormat.Onnx ? ConversionOptions.DefaultTolerance
                    : parsed.GetValue(int8) ? OnnxConversion.DefaultInt8Tolerance
                    : OnnxConversion.DefaultTolerance),
                LegacyWeightNorm = parsed.GetValue(legacy),
                TorchFile = parsed.GetValue(bin),
                DictionaryObjects = parsed.GetValue(objects),
                Licence = parsed.GetValue(licence),
            };
            var report = format == ModelFormat.Onnx
                ? OnnxConversion.Run(options, [.. parsed.GetValue(layer)!.Distinct().Order()], parsed.GetValue(kmeans),
                    ModelOptions.ConventionOf(parsed.GetValue(convention)), parsed.GetValue(int8))
                : ModelConverter.Run(options, cancellation);
            if (parsed.GetValue(json))
                JsonOutput.Write(report);
            else
                Print(report);
            return CommandHost.Done;
        }));
        return command;
    }

    private static void Print(ConversionReport report)
    {
        foreach (var notice in report.Notices)
            Console.WriteLine(notice);
        PlainTable.Write(Console.Out, ["output", "max difference", "relative", "largest value"], report.Outputs.Select(o => new[]
        {
            o.Name,
            o.MaxDifference.ToString("0.0e+0", CultureInfo.InvariantCulture),
            o.RelativeError.ToString("0.0e+0", CultureInfo.InvariantCulture),
            o.MaxValue.ToString("0.00", CultureInfo.InvariantCulture),
        }));
        if (report.Tensors > 0)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{report.BitEqualTensors} of {report.Tensors} tensors are bit for bit the same ({report.Parameters / 1e6:0.0} "
                + $"million parameters)"));
        var error = report.IsRelative ? "relative error" : "difference";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"equivalent on {report.ClipSeconds:0.0} s of audio: largest {error} {report.LargestError:0.0e+0}, "
            + $"tolerance {report.Tolerance:0.0e+0}"));
        Console.WriteLine($"written: {report.Output}");
    }
}
