using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using HubertSharp.Audio;
using HubertSharp.Interop;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert convert</c>: a model into another program's form, and the proof that it is the same model.</summary>
internal static class ConvertVerb
{
    public static Command Create()
    {
        var input = new Argument<string>("IN") { Description = "Checkpoint or run folder, fairseq .pt, or Hugging Face folder." };
        var output = new Argument<string>("OUT") { Description = "Folder (native, huggingface) or file (fairseq) to write." };
        var to = new Option<string>("--to") { Description = "native, huggingface or fairseq.", Required = true };
        to.AcceptOnlyFromAmong("native", "huggingface", "fairseq");
        var clip = new Option<string?>("--clip") { Description = "Recording that both models are compared on; without one, four made-up seconds." };
        var tolerance = new Option<double>("--tolerance") { Description = "Largest difference of any number of any layer that passes.", DefaultValueFactory = _ => ConversionOptions.DefaultTolerance };
        var force = new Option<bool>("--force") { Description = "Replace what is there." };
        var legacy = new Option<bool>("--legacy-weight-norm") { Description = "huggingface: weight_g and weight_v, as transformers wrote before torch 2.1." };
        var bin = new Option<bool>("--bin") { Description = "huggingface: pytorch_model.bin instead of model.safetensors." };
        var licence = new Option<string?>("--licence") { Description = "huggingface: the licence in the model card, as the hub spells it (cc-by-sa-4.0)." };
        var objects = new Option<bool>("--dictionary-objects") { Description = "fairseq: the dictionaries as objects inside, which torch.load(weights_only=True) refuses." };
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table." };
        var command = new Command("convert", "Write a model in another program's form, and prove that it is the same model.")
        {
            input, output, to, clip, tolerance, force, legacy, bin, licence, objects, json,
        };
        command.WithExample("hubert convert hubert_base_ls960.pt models/base --to native");
        command.WithExample("hubert convert runs/iteration2 models/hubert-zh --to huggingface --licence cc-by-sa-4.0");
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            var report = ModelConverter.Run(new ConversionOptions
            {
                Input = parsed.GetValue(input)!,
                Output = parsed.GetValue(output)!,
                Format = Enum.Parse<ModelFormat>(parsed.GetValue(to)!, ignoreCase: true),
                Force = parsed.GetValue(force),
                Clip = parsed.GetValue(clip) is { } path ? AudioFile.Read(path, cancel) : null,
                Tolerance = parsed.GetValue(tolerance),
                LegacyWeightNorm = parsed.GetValue(legacy),
                TorchFile = parsed.GetValue(bin),
                DictionaryObjects = parsed.GetValue(objects),
                Licence = parsed.GetValue(licence),
            }, cancel);
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(report, JsonOutput.Options));
            else
                Print(report);
            return CommandHost.Done;
        }, CancellationToken.None));
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
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.BitEqualTensors} of {report.Tensors} tensors are bit for bit the same ({report.Parameters / 1e6:0.0} million parameters)"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"equivalent on {report.ClipSeconds:0.0} s of audio: largest difference {report.LargestDifference:0.0e+0}, tolerance {report.Tolerance:0.0e+0}"));
        Console.WriteLine($"written: {report.Output}");
    }
}
