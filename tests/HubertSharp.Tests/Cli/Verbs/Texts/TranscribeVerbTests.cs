using HubertSharp.Cli;
using HubertSharp.Cli.Output;
using HubertSharp.Decoding;
using HubertSharp.Decoding.Formats;
using HubertSharp.Decoding.Recordings;

namespace HubertSharp.Tests.Cli.Verbs.Texts;

[Collection("alone")]
public sealed class TranscribeVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>All before the model is looked for.</summary>
    [Theory]
    [InlineData("--model m --nbest 3", "--nbest: an option without effect (expected --format json, which holds several readings, found "
        + "--format text)")]
    [InlineData("--model m --nbest 2 --format ctm", "--nbest: an option without effect")]
    [InlineData("--onnx m --device cpu", "--device: an option without effect (expected --model, found --onnx")]
    [InlineData("--onnx m --precision bf16", "--precision: an option without effect")]
    [InlineData("--model m --threads -1", "--threads: bad value (expected 0 to 4096, found -1)")]
    [InlineData("--model m --threads 1000000", "--threads: bad value")]
    [InlineData("--model m --overlap-seconds -3", "--overlap-seconds: bad value")]
    [InlineData("--model m --chunk-seconds 1e9",
        "--chunk-seconds: bad value (expected a number above 0 and at most 20,000, found 1000000000)")]
    public void What_has_no_effect_or_sense_is_refused(string options, string expected)
    {
        var result = HubertInside.Run(_folder.FullName, $"transcribe a.wav {options}".Split(' '), untilDone: true);
        Assert.Equal(CommandHost.UserFault, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Null(result.Fault());
    }

    [Theory]
    [InlineData("transcribe a.wav --model @/m.onnx")]
    [InlineData("convert @/m.onnx @/out --to huggingface")]
    [InlineData("convert @/m.onnx @/out.onnx --to onnx")]
    public void An_export_in_a_models_place_is_told(string line)
    {
        File.WriteAllBytes(_folder.At("m.onnx"), [8, 8, 18, 1, (byte)'x']);
        var result = HubertInside.Run(_folder.FullName, line.Replace("@", _folder.FullName, StringComparison.Ordinal).Split(' '),
            untilDone: true);
        Assert.Contains("m.onnx: an ONNX file", result.Error, StringComparison.Ordinal);
        Assert.Contains("'hubert transcribe --onnx MODEL'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Recordings_of_one_name_are_told_apart_by_their_paths()
    {
        Recording[] recordings = [new("a", "/x/a.wav", 1), new("a", "/y/a.flac", 1), new("b", "/y/b.flac", 1)];
        var output = new TranscriptOutput(TranscriptFormat.Text, "-", recordings, force: false);
        var (before, written) = (Console.Out, new StringWriter());
        Console.SetOut(written);
        try
        {
            using var progress = ConsoleProgress.Start("x");
            foreach (var recording in recordings)
                output.Add(new RecordingTranscript(recording.Name, recording.Path, 1, [new Transcript("hi", [], 0, 0, null)]), progress);
        }
        finally
        {
            Console.SetOut(before);
        }
        Assert.Equal("/x/a.wav\thi\n/y/a.flac\thi\nb\thi\n", written.ToString());
    }

    public void Dispose() => _folder.Dispose();
}
