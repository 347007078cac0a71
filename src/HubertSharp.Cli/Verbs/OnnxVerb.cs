using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using HubertSharp.Cli.Arguments;
using HubertSharp.Audio;
using HubertSharp.Audio.Streams;
using HubertSharp.Cli.Output;
using HubertSharp.Features;
using HubertSharp.Onnx;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Chunks;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert onnx</c>: an exported model on recordings of any length, without libtorch.</summary>
internal static class OnnxVerb
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "The .onnx of 'hubert convert --to onnx'." };
        var audio = new Argument<string[]>("AUDIO") { Description = "Recordings.", Arity = ArgumentArity.OneOrMore };
        var layer = new Option<int?>("--layer") { Description = "Encoders: the layer to write." };
        var output = new Option<string?>("--out")
        {
            Description = "Encoders: folder for NAME.npy of each recording, float32 [frames, width].",
        };
        var seconds = new Option<double>("--chunk-seconds")
        {
            Description = "Seconds that are kept of each chunk of a long recording.",
            DefaultValueFactory = _ => new ChunkOptions().Seconds,
        };
        var overlap = new Option<double>("--overlap-seconds")
        {
            Description = "Seconds that the model hears beside them on each side.",
            DefaultValueFactory = _ => new ChunkOptions().OverlapSeconds,
        };
        var threads = FeatureOptions.Threads("Threads; 0 takes all cores.");
        var difference = new Option<bool>("--difference")
        {
            Description = "Tell, on standard error, how far the chunks are from hearing the first two minutes as a whole.",
        };
        var json = new Option<bool>("--json") { Description = "Units and texts as JSON, one object per line." };
        var command = new Command("onnx", "Run an exported model on recordings of any length: layers, units or text.")
        {
            model, audio, layer, output, seconds, overlap, threads, difference, json,
        };
        command.WithExample("hubert onnx units.onnx speech.flac");
        command.WithExample("hubert onnx encoder.onnx --layer 6 --out features long.wav");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            var path = parsed.GetValue(model)!;
            using var onnx = OnnxHubert.Open(path, parsed.GetValue(threads));
            if (onnx.Info.SampleRate != AudioFile.SampleRate)
                throw UserException.Create("the model hears another rate", path, $"{AudioFile.SampleRate} Hz", $"{onnx.Info.SampleRate} Hz",
                    "use it from the library, at its rate");
            var chunks = new ChunkOptions { Seconds = parsed.GetValue(seconds), OverlapSeconds = parsed.GetValue(overlap) };
            chunks.Check();
            var files = parsed.GetValue(audio)!;
            if (onnx.Info.Kind == OnnxModelKind.Encoder
                && files.GroupBy(Path.GetFileNameWithoutExtension).FirstOrDefault(g => g.Count() > 1) is { Key: var name })
                throw UserException.Create("several recordings of one name", null, "one NAME.npy each", $"{name}",
                    "give them one by one, with folders of their own for --out");
            foreach (var file in files)
            {
                using var source = new AudioStream(file, cancellation: cancellation);
                if (onnx.Info.Frames(source.Length) == 0)
                    throw FeatureFaults.TooShort(file, onnx.Info.ReceptiveSamples, source.Length, "leave it out");
                if (parsed.GetValue(difference))
                    Tell(file, OnnxStream.Difference(onnx, source, LayerOf(onnx, parsed.GetValue(layer)), chunks, cancellation));
                using var progress = ConsoleProgress.Start(Path.GetFileName(file), unit: "frames");
                if (onnx.Info.Kind == OnnxModelKind.Encoder)
                {
                    Write(onnx, source, file, parsed.GetValue(layer), parsed.GetValue(output), chunks, progress, cancellation);
                    continue;
                }
                var result = onnx.Info.Kind == OnnxModelKind.Ctc
                    ? OnnxStream.Transcribe(onnx, source, chunks, progress, cancellation)
                    : string.Join(' ', OnnxStream.Units(onnx, source, chunks, progress, cancellation).SelectMany(block => block.Values[0]));
                progress.Dispose(); // its line ends before the result's begins
                if (parsed.GetValue(json))
                    JsonOutput.Write(new Dictionary<string, string> { ["file"] = file, ["result"] = result },
                        JsonSerializerOptions.Default);
                else
                    Console.WriteLine(result);
            }
            return CommandHost.Done;
        }));
        return command;
    }

    /// <summary>Null where layers are not what the model gives.</summary>
    private static int? LayerOf(OnnxHubert onnx, int? layer) =>
        onnx.Info.Kind != OnnxModelKind.Encoder ? null
        : layer is { } wanted && onnx.Info.Layers.Contains(wanted) ? wanted
        : layer is null && onnx.Info.Layers.Count == 1 ? onnx.Info.Layers[0]
        : throw UserException.Create("which layer?", "--layer", $"one of {string.Join(", ", onnx.Info.Layers)}",
            layer?.ToString(CultureInfo.InvariantCulture) ?? "none");

    private static void Tell(string file, StreamDifference difference) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Path.GetFileName(file)}: {difference.Cuts} cuts in {difference.Seconds:0} s; chunks differ from the whole by "
            + $"{difference.NearCuts:0.0e+0} near cuts, {difference.AwayFromCuts:0.0e+0} elsewhere"));

    private static void Write(OnnxHubert onnx, AudioStream source, string file, int? layer, string? folder, ChunkOptions chunks,
        ConsoleProgress progress, CancellationToken cancellation)
    {
        var wanted = LayerOf(onnx, layer)!.Value;
        if (folder is null)
            throw UserException.Create("an encoder's layers go to files", "--out", "a folder",
                next: "give one, or export units with 'hubert convert --kmeans'");
        using var array = NpyWriter.Create(Path.Combine(folder, Path.GetFileNameWithoutExtension(file) + ".npy"), onnx.Info.Width);
        foreach (var block in OnnxStream.Features(onnx, source, [wanted], chunks, progress, cancellation))
            array.Append(block.Values[0]);
        array.Complete(onnx.Info.Frames(source.Length));
        array.Publish();
    }
}
